"""Compare the OpenAPI document that each implementation generates with openapi.yaml."""
