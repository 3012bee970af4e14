"""Verification before measuring: checks that all variants return the same responses."""
