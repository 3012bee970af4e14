"""Start the servers of the implementations and of the benchmark's layers."""
