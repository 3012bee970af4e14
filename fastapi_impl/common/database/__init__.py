"""PostgreSQL: the engine and its pool, the reader and the sessions, statements, locks, constraints and outages."""
