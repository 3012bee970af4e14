"""Tests of the checks of the machine before a run."""
