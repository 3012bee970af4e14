"""PostgreSQL: the database backend, locks, constraints and outages."""
