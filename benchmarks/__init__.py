"""The benchmark: the same work asked of both implementations, in turns, every answer checked."""
