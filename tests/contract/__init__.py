"""One suite, run against both implementations over HTTP; every answer is held against openapi.yaml."""
