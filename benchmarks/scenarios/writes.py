"""Scenarios that add rows or sign in. Their responses differ only in ids, times and tokens."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from benchmarks.scenarios.exchanges import SERIAL, Request
from benchmarks.scenarios.sample import PASSWORD, STAFF, Sample
from benchmarks.scenarios.scenario import Step

LINES = 3


def login(sample: Sample) -> list[list[Step]]:
    """Return a journey for each customer: a sign-in."""
    return [[sign_in(email, PASSWORD)] for email in sample.customers]


def order_place(sample: Sample) -> list[list[Step]]:
    """Return journeys of one order each; together they order all stocked products."""
    carts = range(0, len(sample.stocked) - LINES + 1, LINES)
    buyers = sample.customers
    return [
        [order(buyers[number % len(buyers)], sample.stocked[cart : cart + LINES])] for number, cart in enumerate(carts)
    ]


def product_create(sample: Sample) -> list[list[Step]]:
    """Return a journey for each category: a staff user creates a product."""
    return [[_new_product(category)] for category, _ in sample.categories]


def sign_in(email: str, password: str) -> Step:
    """Return the request that exchanges a password for tokens."""
    form = urlencode({"username": email, "password": password})
    request = Request("POST", "/api/auth/login", form, "application/x-www-form-urlencoded")
    return Step(request, lambda pair: "refresh_token" in pair and pair["expires_in"] > 0, varying=["token"])


def order(customer: str, slugs: Sequence[str]) -> Step:
    """Return the request of an order: one piece of the first product, two of the second, and so on."""
    lines = [{"product": slug, "quantity": number} for number, slug in enumerate(slugs, 1)]

    def check(placed: Any) -> bool:
        ordered = [{"product": item["product"], "quantity": item["quantity"]} for item in placed["items"]]
        return bool(placed["status"] == "pending" and ordered == lines)

    body = json.dumps({"items": lines}, separators=(",", ":"))
    request = Request("POST", "/api/orders", body, "application/json", account=customer, keyed=True)
    return Step(request, check, status=201, varying=["id", "time"])


def _new_product(category: str) -> Step:
    product = {
        "name": f"Benchmark product {SERIAL}",
        "description": "Made while the benchmark runs: long enough to be a real description, short enough to be read.",
        "price": "19.99",
        "stock": 42,
        "category": category,
    }

    def check(created: Any) -> bool:
        return bool(created["category"] == category and created["slug"].startswith("benchmark-product-"))

    request = Request("POST", "/api/products", json.dumps(product), "application/json", account=STAFF)
    return Step(request, check, status=201, varying=["id", "time"])
