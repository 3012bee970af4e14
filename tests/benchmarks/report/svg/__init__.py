"""Tests of the SVG files."""
