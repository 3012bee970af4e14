"""Tests of the reports: terminal, Markdown, HTML page and SVG files."""
