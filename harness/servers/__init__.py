"""Start the implementations and the benchmark's layers as processes."""
