"""Send random sequences of requests to both implementations, and compare the responses and the rows."""
