"""The ladder: two reads, answered by less and less of each framework, so that one sees where the time goes.

From the top: `django_tutorial`, the Django wing, `django_without_serializer`, `django_raw`; `fastapi_tutorial`, the
FastAPI wing, `fastapi_without_serializer`, `fastapi_raw`; then `bare`, and `pgbench` as the physical limit. A rung is
one file that can be read alone, so some lines stand in several of them. All answer the wings' bytes, and the gate sees
to it; none has what else a wing does: tokens, filters, strict reading of requests, the contract's headers and problems.
"""
