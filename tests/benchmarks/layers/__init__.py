"""Tests of the framework layers."""
