"""Draws the rows that the scenarios use through the API, for servers whose database cannot be reached."""

import base64
import http.client
import json
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import urlencode

from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.reads import PAGE
from benchmarks.scenarios.sample import AMPLE_STOCK, CUSTOMERS, DEPTHS, STAFF, Row, Sample
from benchmarks.verification.client import Client, SignInFailed
from harness.dataset import customer

# The largest page of the API, and the number of these pages from which products are drawn.
LARGE_PAGE, DRAWN_PAGES = 100, 20
# The number of customers whose orders are counted, in search of customers with several orders.
CANDIDATES = 40
# A product with less stock gets more before it is ordered.
ENOUGH_STOCK = AMPLE_STOCK // 2
_ORDERINGS = ("created_at", "-created_at", "price", "-price", "name", "-name")


class SetupFailed(RuntimeError):
    """The server cannot be reached, or lacks the demo data that the scenarios need."""


def draw_sample(client: Client, *, count: int, seed: int, with_stock: bool) -> Sample:
    """Draw about `count` products, and categories and customers with orders. Sign these and the staff user in.

    With `with_stock`, the staff user raises the stock of these products, so that no run can sell all of it. Raises
    SetupFailed.
    """
    try:
        return _draw(client, count=count, seed=seed, with_stock=with_stock)
    except SignInFailed as error:
        raise SetupFailed(f"{error}. The server needs the demo data of `make up`.") from error
    except (OSError, http.client.HTTPException) as error:
        raise SetupFailed(f"The server at {client.url} cannot be used: {str(error) or repr(error)}.") from error
    except (ValueError, LookupError, TypeError) as error:
        raise SetupFailed(f"The server at {client.url} does not follow the contract: {error!r}.") from error


def _draw(client: Client, *, count: int, seed: int, with_stock: bool) -> Sample:
    # The oldest products, because those that product_create adds are the newest.
    available = list(_items(client, "/api/products", {"ordering": "created_at"}, pages=DRAWN_PAGES))
    if not available:
        raise SetupFailed(f"The server at {client.url} has no products: it needs the demo data of `make up`.")
    products = Random(seed).sample(available, min(count, len(available)))
    client.sign_in([STAFF])
    if with_stock:
        _raise_stock(client, [product["slug"] for product in products if product["stock"] < ENOUGH_STOCK])
    customers = _customers(client, min(CUSTOMERS, count))
    prices = sorted((product["price"] for product in products), key=float)
    return Sample(
        products=[(product["slug"], product["name"], product["description"]) for product in products],
        stocked=[product["slug"] for product in products],
        categories=_categories(client, max(len(customers), count // 10)),
        prices=(prices[len(prices) // 5], prices[len(prices) * 4 // 5]),
        customers=customers,
        product_pages={
            (ordering, depth): row
            for ordering in _ORDERINGS
            for depth, row in _pages(client, "/api/products", {"ordering": ordering}, DEPTHS, least=PAGE)
        },
        category_pages=dict(_pages(client, "/api/categories", {}, DEPTHS[:2], least=1)),
    )


def _categories(client: Client, count: int) -> list[tuple[str, int]]:
    rows = [(each["slug"], each["product_count"]) for each in _items(client, "/api/categories", {}, pages=DRAWN_PAGES)]
    return sorted((row for row in rows if row[1]), key=lambda row: (-row[1], row[0]))[:count]


def _customers(client: Client, count: int) -> list[str]:
    """Return the e-mail addresses of customers with at least two orders, which order_history needs."""
    found: list[str] = []
    for number in range(1, CANDIDATES + 1):
        email = customer(number).email
        client.sign_in([email])
        if len(_page(client, "/api/orders", {"limit": 2}, account=email)["items"]) == 2:
            found.append(email)
        if len(found) == count:
            return found
    raise SetupFailed(f"Only {len(found)} of {CANDIDATES} customers have two orders, but {count} are needed.")


def _raise_stock(client: Client, slugs: list[str]) -> None:
    for slug in slugs:
        body = json.dumps({"stock": AMPLE_STOCK})
        _send(client, Request("PATCH", f"/api/products/{slug}", body, "application/json", account=STAFF))


def _pages(
    client: Client, path: str, parameters: dict[str, Any], depths: tuple[int, ...], *, least: int
) -> Iterator[tuple[int, Row]]:
    """Yield the number of items before a page, and the last of these items as (value, id), for each depth.

    Depths whose page has not at least `least` items are omitted.
    """
    for depth in depths:
        cursor = None
        for limit in _limits(depth):
            cursor = _page(client, path, parameters | {"limit": limit} | _after(cursor))["next"]
        page = _page(client, path, parameters | _after(cursor))
        if len(page["items"]) >= least and (cursor or not depth):
            yield depth, _row(cursor)


def _limits(depth: int) -> list[int]:
    return [LARGE_PAGE] * (depth // LARGE_PAGE) + [depth % LARGE_PAGE] * bool(depth % LARGE_PAGE)


def _row(cursor: str | None) -> Row:
    """Return the value and the id in a cursor, whose format the contract defines."""
    if cursor is None:
        return ()
    _ordering, value, identity = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return value, identity


def _items(client: Client, path: str, parameters: dict[str, Any], *, pages: int) -> Iterator[dict[str, Any]]:
    cursor = None
    for _ in range(pages):
        page = _page(client, path, parameters | {"limit": LARGE_PAGE} | _after(cursor))
        yield from page["items"]
        if not (cursor := page["next"]):
            return


def _after(cursor: str | None) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _page(client: Client, path: str, parameters: dict[str, Any], account: str | None = None) -> Any:
    query = f"?{urlencode(parameters)}" if parameters else ""
    return _send(client, Request("GET", path + query, account=account))


def _send(client: Client, request: Request) -> Any:
    response = client.send(request)
    if response.status != 200:
        raise SetupFailed(f"{client.url}: {request.method} {request.path}: {response.status} {response.body[:200]}")
    return json.loads(response.body)
