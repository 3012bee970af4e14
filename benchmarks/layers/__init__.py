"""Framework layers: two reads, served with fewer and fewer layers of each framework, to show where the time goes.

From the top: `django_tutorial`, the Django implementation, `django_without_serializer`, `django_raw`;
`fastapi_tutorial`, the FastAPI implementation, `fastapi_without_serializer`, `fastapi_raw`; then `bare`, and `pgbench`,
the physical limit. A layer is one self-contained file, so some lines are repeated. All return the same
bytes as the implementations, which is verified; none has the other features of an implementation: tokens, filters,
strict parsing of requests, the headers and problems of the contract.
"""
