"""Generate a client from openapi.yaml and use it with both implementations."""
