"""Names of what is there, to put into requests: slugs, cursors, tokens, and names that are not taken."""

import base64
import json
from typing import Any

from schemathesis import Case, Response

from tests.contract.shop import new_token
from tests.generative.examples import ORDERS
from tests.parity.seed_data import ACCOUNTS, TABLES

_FIRST = TABLES["products"][0]
_VALUES = {"name": _FIRST["name"], "price": _FIRST["price"], "created_at": _FIRST["created_at"]}


class Existing:
    """What is known to be in the shop."""

    def __init__(self) -> None:
        self.products = {row["slug"] for row in TABLES["products"] if row["is_active"]}
        self.categories = {row["slug"] for row in TABLES["categories"]}
        self.keys: set[str] = set()
        self.orders = {act: list(orders) for act, orders in ORDERS.items()}
        self.taken = {row["email"] for row in TABLES["users"]} | {row["name"].lower() for row in TABLES["categories"]}

    def fill(self, case: Case[Any]) -> None:
        """Put what is there, or is not yet taken, where the request names something."""
        if fresh := self.orders.get(case.operation.path.rpartition("/")[2]):
            case.path_parameters["id"] = fresh.pop()
        if key := dict(case.headers or ()).get("Idempotency-Key"):
            case.headers["Idempotency-Key"] = self._fresh_key(key)
        if "cursor" in (case.query or {}):
            case.query["cursor"] = self._cursor(case)
        if isinstance(case.body, dict):
            for name in case.body:
                case.body[name] = self._value(case, name, case.body[name])

    def learn(self, case: Case[Any], response: Response) -> None:
        """Remember the slug of what was created; forget that of what was deleted, or is not sold any more."""
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
                return self._free(value)
            case "username", _:
                return "shopper@example.com"
            case "password", "/api/auth/login":
                return "a password of the world"
        return value

    def _fresh_key(self, key: str) -> str:
        fresh = f"key-{len(self.keys)}" if key in self.keys else key
        self.keys |= {key, fresh}
        return fresh

    def _free(self, value: str) -> str:
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
