"""PostgreSQL: the engine and its sessions, statements, locks, constraints and outages."""
