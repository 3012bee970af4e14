"""Tests of both implementations, and of everything that runs and compares them."""
