"""Framework layers: two reads, answered by less and less of each framework, to show where the time goes.

From the top: `django_tutorial`, the Django implementation, `django_without_serializer`, `django_raw`;
`fastapi_tutorial`, the FastAPI implementation, `fastapi_without_serializer`, `fastapi_raw`; then `bare`, and `pgbench`,
the physical limit. A layer is one file that can be read alone, so some lines stand in several of them. All answer the
same bytes as the implementations, and the gate verifies it; none has what else an implementation does: tokens, filters,
strict parsing of requests, the headers and problems of the contract.
"""
