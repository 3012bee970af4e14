"""The benchmark: sends the same requests to both implementations in turn and checks every response."""
