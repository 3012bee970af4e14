"""Create databases, migrated and filled with data."""
