"""Requests that Schemathesis derives from openapi.yaml, sent to both wings by everybody who may call them."""
