"""One suite, run against both wings over HTTP; every answer is held against openapi.yaml."""
