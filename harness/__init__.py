"""Runs an implementation: PostgreSQL, database templates, the data set, servers. Imports neither implementation."""
