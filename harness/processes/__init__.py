"""Locks between processes, records of started processes, and their CPU time and memory."""
