"""The scenarios of the tutorial shops: the same products, customers and orders as in those of the contract.

The shops page with `limit` and `offset`, have no cursors and no idempotency keys, and return tokens in their own form.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from benchmarks.scenarios import reads, writes
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import PASSWORD, Sample
from benchmarks.scenarios.scenario import Step

type Journeys = list[list[Step]]


@dataclass(frozen=True)
class Shop:
    """What differs between the shops. `items` returns the items of a page, `sign_in` the request for a token."""

    items: Callable[[Any], list[Any]]
    sign_in: Callable[[str, str], Step]


def sign_in_with_json(email: str, password: str) -> Step:
    """Return a sign-in as SimpleJWT expects it."""
    body = json.dumps({"email": email, "password": password})
    request = Request("POST", "/api/auth/login", body, "application/json")
    return Step(request, lambda pair: "access" in pair and "refresh" in pair, varying=["token"])


def sign_in_with_form(email: str, password: str) -> Step:
    """Return a sign-in as FastAPI's OAuth2PasswordRequestForm expects it."""
    step = writes.sign_in(email, password)
    return replace(step, check=lambda content: {*content} == {"access_token", "token_type"})


DJANGO = Shop(lambda page: list(page["results"]), sign_in_with_json)
FASTAPI = Shop(list, sign_in_with_form)


def scenarios(shop: Shop) -> Mapping[str, Callable[[Sample], Journeys]]:
    """Return the journeys of the scenarios that both shops have, by scenario in the order of measurement."""
    return {
        "product_detail": reads.product_detail,
        "product_list": partial(_product_list, shop),
        "product_filter": lambda sample: _adapted(shop, reads.product_filter(sample)),
        "product_search": partial(_product_search, shop),
        "category_list": partial(_category_list, shop),
        "order_history": lambda sample: _adapted(shop, reads.order_history(sample)),
        "login": lambda sample: [[shop.sign_in(email, PASSWORD)] for email in sample.customers],
        "order_place": _order_place,
        "product_create": writes.product_create,
    }


def _adapted(shop: Shop, journeys: Journeys) -> Journeys:
    """Return the requests of lists, with checks that find the items in the shop's pages."""
    return [[_with_items(shop, step.request, step.check) for step in journey] for journey in journeys]


def _with_items(shop: Shop, request: Request, check: Callable[[Any], bool]) -> Step:
    # The links to other pages contain the port of the server.
    return Step(request, lambda page: check({"items": shop.items(page)}), varying=["port"])


def _product_list(shop: Shop, sample: Sample) -> Journeys:
    return [
        [_page(shop, "/api/products", depth, lambda page: len(page["items"]) == reads.PAGE, ordering=ordering)]
        for ordering, depth in sample.product_pages
    ]


def _category_list(shop: Shop, sample: Sample) -> Journeys:
    def check(page: Any) -> bool:
        return 0 < len(page["items"]) <= reads.PAGE and all("product_count" in each for each in page["items"])

    return [[_page(shop, "/api/categories", depth, check)] for depth in sample.category_pages]


def _product_search(shop: Shop, sample: Sample) -> Journeys:
    # One word only, because with two, one shop searches for both words and the other for the phrase.
    words = sorted({words.split()[0] for words in reads.search_words(sample)})
    return [[_search(shop, word)] for word in words]


def _search(shop: Shop, word: str) -> Step:
    def check(page: Any) -> bool:
        texts = [f"{product['name']} {product['description']}".lower() for product in page["items"]]
        return bool(texts) and all(word in text for text in texts)

    return _with_items(shop, Request("GET", f"/api/products?{urlencode({'search': word})}"), check)


def _page(shop: Shop, path: str, depth: int, check: Callable[[Any], bool], **parameters: str) -> Step:
    parameters |= {"limit": str(reads.PAGE), "offset": str(depth)}
    return _with_items(shop, Request("GET", f"{path}?{urlencode(parameters)}"), check)


def _order_place(sample: Sample) -> Journeys:
    return [
        [replace(step, request=replace(step.request, keyed=False)) for step in journey]
        for journey in writes.order_place(sample)
    ]


# The names of the scenarios that both shops have.
SCENARIOS = tuple(scenarios(DJANGO))
