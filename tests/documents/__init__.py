"""Compare the document that each implementation generates with openapi.yaml."""
