"""Both wings ask the database the same: statements and round trips of every operation, counted on the wire."""
