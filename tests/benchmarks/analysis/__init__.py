"""Tests of the statistics and of the summary computed from raw results."""
