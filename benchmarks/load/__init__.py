"""The load generator: a process of its own that sends requests, checks the responses and records latencies."""
