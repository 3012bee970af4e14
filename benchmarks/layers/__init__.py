"""Framework layers: two reads, implemented with fewer and fewer parts of each framework, to show what each part costs.

From the most parts to the fewest: `django_tutorial`, the Django implementation, `django_without_serializer` and
`django_raw`; `fastapi_tutorial`, the FastAPI implementation, `fastapi_without_serializer` and `fastapi_raw`; `bare`.
`pgbench` sends the same SQL without a web server, and is the upper limit.

A layer is one self-contained file, so some lines are repeated. All layers return the same bytes as the implementations,
and the benchmark verifies this. They do not have the other features of an implementation: tokens, filters, strict
parsing of requests, the headers and the error responses of the contract.
"""
