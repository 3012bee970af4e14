"""Tests of the scenarios' requests and expected responses."""
