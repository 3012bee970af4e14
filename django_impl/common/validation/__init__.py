"""Validation of requests and conversion of responses: fields, serializers, list queries, cursors and pages."""
