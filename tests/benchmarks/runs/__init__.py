"""Tests of the rounds and of the verification of parts."""
