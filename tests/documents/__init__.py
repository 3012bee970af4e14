"""The document that each implementation generates of itself, held against openapi.yaml."""
