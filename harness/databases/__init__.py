"""Create databases that are migrated and contain data."""
