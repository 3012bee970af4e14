"""A client generated from openapi.yaml is used on both implementations."""
