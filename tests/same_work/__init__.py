"""Count the SQL statements and round trips of each operation on the connection to PostgreSQL."""
