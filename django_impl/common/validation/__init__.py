"""What request data may be: field types, list queries, cursors and pages."""
