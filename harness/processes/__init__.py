"""Locks between processes, records of what was started, and what processes use."""
