"""Values for valid requests: existing slugs, orders, cursors and tokens, and names that are not taken."""

import base64
import json
from typing import Any

from schemathesis import Case, Response

from tests.contract.shop import new_token
from tests.generative.example_rows import ORDERS
from tests.parity.seed_data import ACCOUNTS, TABLES

_FIRST = TABLES["products"][0]
_VALUES = {"name": _FIRST["name"], "price": _FIRST["price"], "created_at": _FIRST["created_at"]}


class ShopState:
    """The rows that exist in the database, as far as valid requests need them."""

    def __init__(self) -> None:
        self.products = {row["slug"] for row in TABLES["products"] if row["is_active"]}
        self.categories = {row["slug"] for row in TABLES["categories"]}
        self.keys: set[str] = set()
        self.orders = {act: list(orders) for act, orders in ORDERS.items()}
        self.taken = {row["email"] for row in TABLES["users"]} | {row["name"].lower() for row in TABLES["categories"]}

    def fill(self, case: Case[Any]) -> None:
        """Replace the values of a request, so that it names existing rows and uses names that are not taken."""
        if unused := self.orders.get(case.operation.path.rpartition("/")[2]):
            case.path_parameters["id"] = unused.pop()
        if key := dict(case.headers or ()).get("Idempotency-Key"):
            case.headers["Idempotency-Key"] = self._unused_key(key)
        if "cursor" in (case.query or {}):
            case.query["cursor"] = self._cursor(case)
        if isinstance(case.body, dict):
            for name in case.body:
                case.body[name] = self._value(case, name, case.body[name])

    def update(self, case: Case[Any], response: Response) -> None:
        """Add the slug of a created row, and remove the slug of a deleted row or an inactive product."""
        kind, _, slug = response.headers.get("location", [""])[0].removeprefix("/api/").partition("/")
        if kind in {"products", "categories"}:
            getattr(self, kind).add(slug)
        slug = (case.path_parameters or {}).get("slug", slug)
        if response.status_code == 204 or b'"is_active":false' in response.content:
            self.products.discard(slug)
            self.categories.discard(slug)

    def _value(self, case: Case[Any], name: str, value: Any) -> Any:
        match name, case.operation.path:
            case (("category" | "parent"), _) if value not in self.categories and value is not None:
                return "coffee-tea"
            case "items", _:
                return [
                    line if line["product"] in self.products else line | {"product": "full-shelf"} for line in value
                ]
            case "refresh_token", _:
                return new_token(ACCOUNTS["shopper"], token_type="refresh")
            case ("email", _) | ("name", "/api/categories" | "/api/categories/{slug}"):
                return self._free_name(value)
            case "username", _:
                return "shopper@example.com"
            case "password", "/api/auth/login":
                return "a password of the world"
        return value

    def _unused_key(self, key: str) -> str:
        unused = f"key-{len(self.keys)}" if key in self.keys else key
        self.keys |= {key, unused}
        return unused

    def _free_name(self, value: str) -> str:
        key = value.strip().lower()
        if key in self.taken:
            value = f"{len(self.taken)}@example.com"
        self.taken |= {key, value}
        return value

    @staticmethod
    def _cursor(case: Case[Any]) -> str:
        default = {"/api/categories": "name"}.get(case.operation.path, "-created_at")
        ordering = case.query.get("ordering", default)
        content = json.dumps([ordering, _VALUES[ordering.removeprefix("-")], _FIRST["id"]], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")
