"""What the endpoints of both frameworks have in common: their data, and the address of the other server."""

import os
from typing import Any

import httpx

# The variable that contains the URL of the upstream: the HTTP server that `upstream` sends a request to.
UPSTREAM_VARIABLE = "UPSTREAM_URL"
# A server that does not answer for this long is an error. The default of httpx, 5 s, is less than 512 requests may wait
# for a connection on a busy machine.
TIMEOUT_SECONDS = 30.0
# The pool of httpx: no limit, so that only the framework limits the number of concurrent requests.
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=None)

# About 1 MB of compact JSON.
LARGE_ITEMS = 2_880


def upstream_url() -> str:
    """Return the URL of the upstream. Raises KeyError if the variable is not set."""
    return os.environ[UPSTREAM_VARIABLE]


def large_document() -> dict[str, Any]:
    """Return the content of the large response, the same in each process."""
    return {"items": [_item(number) for number in range(LARGE_ITEMS)]}


def _item(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Product {number:05d}",
        "slug": f"product-{number:05d}",
        "description": f"Number {number:05d} of the products that exist only to make a response large. " * 3,
        "price": f"{number % 500}.{number % 100:02d}",
        "stock": number % 50,
        "is_in_stock": number % 50 > 0,
        "category": None,
    }
