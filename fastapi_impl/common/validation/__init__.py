"""Validation of request data: field types, cursors and pages, and the translation of errors."""
