"""A client generated from openapi.yaml, as a client's team would do it, goes shopping on both implementations."""
