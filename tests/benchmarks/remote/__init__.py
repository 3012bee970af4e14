"""Tests of the users of Locust's command line."""
