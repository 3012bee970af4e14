"""Both implementations send the same queries: statements and round trips of every operation, counted on the wire."""
