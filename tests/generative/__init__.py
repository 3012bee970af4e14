"""Requests that Schemathesis derives from openapi.yaml, sent to both implementations by everybody who may call them."""
