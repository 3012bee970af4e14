"""Tests of rounds and of the verification of parts."""
