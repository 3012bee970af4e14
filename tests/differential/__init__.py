"""Random sequences of requests, sent to both implementations: responses and rows must correspond."""
