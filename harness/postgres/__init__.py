"""The embedded PostgreSQL server, or the one that `DATABASE_URL` names."""
