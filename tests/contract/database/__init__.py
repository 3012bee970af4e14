"""What a client sees of the database: locks, failed commits, outages, timeouts, schema changes."""
