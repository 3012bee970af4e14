"""A client that a generator makes of openapi.yaml, as a client's team would: it goes shopping on both wings."""
