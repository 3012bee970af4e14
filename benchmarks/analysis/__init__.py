"""Computes figures from raw results: statistics, table rows, comparisons and bottlenecks."""
