"""Record the statements that an implementation sends to PostgreSQL."""
