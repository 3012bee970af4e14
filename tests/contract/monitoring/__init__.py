"""Logs, metrics and traces of both implementations."""
