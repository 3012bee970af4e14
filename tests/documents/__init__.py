"""The document that each wing generates of itself, held against openapi.yaml."""
