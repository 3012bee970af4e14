"""Send the requests that Schemathesis derives from openapi.yaml to both implementations, in every role."""
