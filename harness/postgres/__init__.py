"""Run the embedded PostgreSQL server, or connect to the one of `DATABASE_URL`."""
