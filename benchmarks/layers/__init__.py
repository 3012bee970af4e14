"""Framework layers: two reads, implemented with more and more parts of each framework, to show what each part costs.

The layers of a framework nest. Each one is the one above it in these tables with exactly one part added, so the
difference between the two is the cost of that part:

| layer | part that it adds |
|---|---|
| `bare` | Starlette and an asyncpg pool, served by uvicorn: the baseline of all ratios |
| `fastapi-raw` | FastAPI: routing, dependencies, parameters |
| `fastapi-sqlalchemy` | SQLAlchemy: engine, pool, statements and cache, with the implementation's `Reader` |
| `fastapi-pydantic` | Pydantic: the implementation's models of query and response |
| `fastapi` (the implementation) | the contract: middleware, tokens, strict requests, headers and problems |

| layer | part that it adds |
|---|---|
| `bare-wsgi` | a WSGI function and psycopg2, served by gunicorn |
| `django-raw` | Django: handler, request, URLconf, response, managed connection |
| `django-orm-cached` | the ORM without compilation: each shape of query is compiled to SQL once |
| `django-orm` | compilation of SQL in each request, as Django does |
| `django-drf` | Django REST framework: view, serializers of query and response, pagination, renderer |
| `django` (the implementation) | the contract: middleware, tokens, strict requests, headers and problems |

Two levels are written as the frameworks' tutorials write them, in self-contained files: `fastapi-tutorial` and
`django-tutorial`. They do not nest with the others. `django-tutorial-persistent` is `django-tutorial` with persistent
connections, so that the cost of a connection for each request is visible. `pgbench` sends the same SQL without a web
server, and is the upper limit.

A layer imports what it shares with its implementation, so it cannot differ from it. `products` has what is the same in
all layers below the serializers. All layers return the same bytes as the implementations, and the benchmark verifies
this. Only the implementations do what the contract requires of them.
"""
