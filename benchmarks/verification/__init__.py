"""Verification before measuring: an HTTP client, and the check that all variants return the same responses."""
