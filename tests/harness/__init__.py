"""Tests of the harness: PostgreSQL, databases, the data set, servers, and the commands that `make` runs."""
