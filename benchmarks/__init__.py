"""The benchmark: the same work asked of both wings, in turns, every answer checked."""
