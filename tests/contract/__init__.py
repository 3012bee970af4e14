"""The contract suite: tests that run against both implementations over HTTP and validate every response."""
