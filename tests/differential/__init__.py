"""Random sequences of requests, sent to both wings: nobody can tell from answers and rows which wing it was."""
