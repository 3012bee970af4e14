"""Everything that runs a wing: PostgreSQL, database templates, the data set, servers. Imports neither wing."""
