"""The baseline of the ratios: Starlette and an asyncpg pool, with the same response bytes as the implementations.

A request executes one statement, which asyncpg prepares once for each connection, and encodes its rows as JSON. Nothing
is cached between requests. Tokens, filters, limits and error responses are omitted.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.layers.asgi import DETAIL, PAGES, json_response, open_pool
from benchmarks.layers.products import decode_cursor, page_json, product_json


async def product(request: Request) -> Response:
    """Return one product by its slug."""
    row = await request.app.state.pool.fetchrow(DETAIL, request.path_params["slug"])
    return json_response(product_json(*row)) if row else Response(status_code=404)


async def products(request: Request) -> Response:
    """Return a page of products."""
    query = request.query_params
    ordering, cursor = query.get("ordering", "-created_at"), query.get("cursor")
    position = decode_cursor(cursor, ordering) if cursor else ()
    rows = await request.app.state.pool.fetch(PAGES[ordering, bool(position)], *position)
    return json_response(page_json(ordering, rows))


async def ready(request: Request) -> Response:
    """Return 200 if the database responds."""
    await request.app.state.pool.fetchval("SELECT 1")
    return json_response({"status": "ok"})


app = Starlette(
    routes=[Route("/api/products", products), Route("/api/products/{slug}", product), Route("/readyz", ready)],
    lifespan=open_pool,
)
