"""The bottom of Django's layers: a WSGI function and psycopg2, without Django. `bare` is its counterpart under ASGI.

Each thread has one persistent connection.
"""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import psycopg2

from benchmarks.layers.products import decode_cursor, encode, page_json, product_json
from benchmarks.layers.wsgi import DETAIL, PAGES

type StartResponse = Callable[[str, list[tuple[str, str]]], object]

PREFIX = "/api/products/"

threads = threading.local()


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Return the response to a request, by its path."""
    path = environ["PATH_INFO"]
    if path.startswith(PREFIX):
        content = product(path.removeprefix(PREFIX))
    elif path == "/api/products":
        content = products(dict(parse_qsl(environ["QUERY_STRING"])))
    else:
        content = ready()
    if content is None:
        start_response("404 Not Found", [("Content-Length", "0")])
        return []
    body = encode(content).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def product(slug: str) -> dict[str, Any] | None:
    """Return one product by its slug, None if there is none."""
    with connect().cursor() as cursor:
        cursor.execute(DETAIL, [slug])
        row = cursor.fetchone()
    return product_json(*row) if row else None


def products(query: dict[str, str]) -> dict[str, Any]:
    """Return a page of products."""
    ordering, cursor_text = query.get("ordering", "-created_at"), query.get("cursor")
    position = decode_cursor(cursor_text, ordering) if cursor_text else ()
    with connect().cursor() as cursor:
        cursor.execute(PAGES[ordering, bool(position)], position)
        rows = cursor.fetchall()
    return page_json(ordering, rows)


def ready() -> dict[str, str]:
    """Send a statement to the database."""
    with connect().cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"status": "ok"}


def connect() -> Any:
    """Return the connection of this thread."""
    connection = getattr(threads, "connection", None)
    if connection is None:
        connection = threads.connection = psycopg2.connect(os.environ["DATABASE_URL"])
        connection.autocommit = True
    return connection
