"""Scenarios that add rows, and signing in: answers differ in ids, times and tokens only."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from benchmarks.scenarios.exchanges import SERIAL, Request
from benchmarks.scenarios.material import PASSWORD, STAFF, Material
from benchmarks.scenarios.question import Question

LINES = 3


def login(material: Material) -> list[list[Question]]:
    return [[signed_in(email, PASSWORD)] for email in material.customers]


def order_place(material: Material) -> list[list[Question]]:
    carts = range(0, len(material.stocked) - LINES + 1, LINES)
    buyers = material.customers
    return [
        [order(buyers[number % len(buyers)], material.stocked[cart : cart + LINES])]
        for number, cart in enumerate(carts)
    ]


def product_create(material: Material) -> list[list[Question]]:
    return [[_new_product(category)] for category, _ in material.categories]


def signed_in(email: str, password: str) -> Question:
    form = urlencode({"username": email, "password": password})
    request = Request("POST", "/api/auth/login", form, "application/x-www-form-urlencoded")
    return Question(request, lambda pair: "refresh_token" in pair and pair["expires_in"] > 0, varying=["token"])


def order(customer: str, slugs: Sequence[str]) -> Question:
    """An order of one piece, two pieces, three pieces of the products."""
    lines = [{"product": slug, "quantity": number} for number, slug in enumerate(slugs, 1)]

    def holds(placed: Any) -> bool:
        bought = [{"product": item["product"], "quantity": item["quantity"]} for item in placed["items"]]
        return bool(placed["status"] == "pending" and bought == lines)

    body = json.dumps({"items": lines}, separators=(",", ":"))
    request = Request("POST", "/api/orders", body, "application/json", account=customer, keyed=True)
    return Question(request, holds, status=201, varying=["id", "time"])


def _new_product(category: str) -> Question:
    product = {
        "name": f"Benchmark product {SERIAL}",
        "description": "Made while the benchmark runs: long enough to be a real description, short enough to be read.",
        "price": "19.99",
        "stock": 42,
        "category": category,
    }

    def holds(created: Any) -> bool:
        return bool(created["category"] == category and created["slug"].startswith("benchmark-product-"))

    request = Request("POST", "/api/products", json.dumps(product), "application/json", account=STAFF)
    return Question(request, holds, status=201, varying=["id", "time"])
