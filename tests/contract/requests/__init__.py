"""Checks and rules that all operations share: hosts, methods, headers, bodies, query parameters, lists."""
