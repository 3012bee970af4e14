"""The benchmark: sends the same requests to both implementations in turns and checks every response."""
