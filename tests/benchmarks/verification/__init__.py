"""Tests of the comparison of responses before measuring."""
