"""The Hypothesis state machine that generates sequences.

It has a rule for every operation of openapi.yaml, and rules for requests that depend on earlier ones.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.contract.document import OPERATIONS, Operation
from tests.differential.implementation_pairs import ImplementationPair
from tests.differential.request_strategies import steps
from tests.differential.steps import Step, value_of_response
from tests.differential.value_strategies import Json, mostly
from tests.parity.seed_data import ACCOUNTS, NAMES, TABLES

# The password of every account of the seed data.
PASSWORD = "a password of the world"
_NAMES_OF = {value: name for name, value in NAMES.items()}
_ACCOUNTS_OF = {value: name for name, value in ACCOUNTS.items()}
_MAX_PAGES = 30
# With a shared database: the index of the implementation that gets the step.
WRITERS = st.integers(0, 1)
# The page at / is missing, because each implementation has its own.
PATHS = [*sorted({one.example_path for one in OPERATIONS.values()}), "/api", "/api/products/", "/nothing"]


def known(kind: str) -> st.SearchStrategy[Any]:
    """Return a strategy for values that earlier responses of the sequence contained. It prefers the latest."""
    return st.runner().flatmap(
        lambda machine: mostly(st.sampled_from(machine.known[kind]), st.just(machine.known[kind][-1]), once_in=3)
    )


_EMAILS = st.sampled_from(["new@example.com", "Newer@Example.COM", "  newest@example.com ", "SHOPPER@example.com"])
SOURCES = {
    "CategorySlug": known("Category"),
    "category": known("Category"),
    "ProductSlug": known("Product"),
    "ID": known("Order"),
    "cursor": known("cursor"),
    "email": _EMAILS,
    "username": _EMAILS | st.sampled_from([row["email"] for row in TABLES["users"]]),
    "password": st.sampled_from([PASSWORD, PASSWORD, "another password"]),
    "refresh_token": known("refresh_token"),
    "Idempotency-Key": mostly(
        st.sampled_from(["key-1", "key-2", "!", "~" * 255]), st.sampled_from(["key 3", "", "~" * 256]), once_in=8
    ),
}
_CUSTOMERS = st.sampled_from(["shopper", "other"])
_STAFF = st.just("staff")
_EARLIER_STEPS = st.runner().flatmap(lambda machine: st.just(machine.sent[-1]) | st.sampled_from(machine.sent))
_ANY_CALLER = st.sampled_from(["anonymous", "shopper", "other", "staff", "inactive", "gone", "no.such.token"]) | known(
    "access_token"
)


def callers(operation: Operation) -> st.SearchStrategy[str]:
    """Return a strategy for callers of an operation. Most have the permission, some do not."""
    usual = _STAFF if operation.is_for_staff else _CUSTOMERS if operation.needs_token else st.just("anonymous")
    return mostly(usual, _ANY_CALLER, once_in=6)


class Sequence(RuleBasedStateMachine):
    """One sequence. `pair` sends the steps and compares the results."""

    pair: ClassVar[ImplementationPair]

    def __init__(self) -> None:
        super().__init__()
        self.sent = self.pair.sent = []
        self.owners: dict[str, str] = {}
        self.known: dict[str, list[str]] = {
            "Category": [row["slug"] for row in TABLES["categories"]],
            "Product": [row["slug"] for row in TABLES["products"]],
            "Order": [],
            "cursor": ["WyItY3JlYXRlZF9hdCJd"],
            "refresh_token": ["no.refresh.token"],
            "access_token": ["no.access.token"],
        }
        for row in TABLES["orders"]:
            self._add_order(f"<{_NAMES_OF[row['id']]}>", _ACCOUNTS_OF[row["customer_id"]])
        self.pair.start()

    def send(self, step: Step, writer: int) -> httpx.Response:
        """Send a step to the implementations, and store the values of the response. Raises Difference."""
        self.sent.append(replace(step, writer=writer))
        response = self.pair.send(self.sent[-1], len(self.sent))
        if response.is_success and response.content:
            self._store_values(response.json(), step)
        return response

    def _store_values(self, body: Json, step: Step) -> None:
        """Store the values of a response that later steps can use."""
        number = len(self.sent)
        for name in ("access_token", "refresh_token"):
            if name in body:
                self.known[name].append(value_of_response(number, f"/{name}"))
        if body.get("next"):
            self.known["cursor"].append(value_of_response(number, "/next"))
        if step.method == "POST" and step.path == "/api/orders":
            self._add_order(value_of_response(number, "/id"), step.caller)
        for kind, path in (("Category", "/api/categories"), ("Product", "/api/products")):
            if step.method == "POST" and step.path == path:
                self.known[kind].append(body["slug"])

    def _add_order(self, order: str, owner: str) -> None:
        self.known["Order"].append(order)
        self.owners[order] = owner

    @rule(order=known("Order"), act=st.sampled_from(["", "/pay", "/cancel", "/ship"]), writer=WRITERS)
    def change_an_order(self, order: str, act: str, writer: int) -> None:
        """Read, pay, cancel or ship an order, as a user with the permission."""
        caller = "staff" if act == "/ship" else self.owners[order]
        self.send(Step(caller, "POST" if act else "GET", f"/api/orders/{order}{act}"), writer)

    @rule(
        items=st.dictionaries(known("Product"), st.integers(1, 2), min_size=1, max_size=2),
        key=st.sampled_from([(), (("Idempotency-Key", "key-1"),)]),
        caller=_CUSTOMERS,
        writer=WRITERS,
    )
    def order_products(self, items: dict[str, int], key: tuple[tuple[str, str], ...], caller: str, writer: int) -> None:
        """Order known products, sometimes with an idempotency key."""
        body = json.dumps({"items": [{"product": slug, "quantity": many} for slug, many in items.items()]})
        self.send(Step(caller, "POST", "/api/orders", (("Content-Type", "application/json"), *key), body), writer)

    @precondition(lambda self: bool(self.sent))
    @rule(step=_EARLIER_STEPS, writer=WRITERS)
    def repeat(self, step: Step, writer: int) -> None:
        """Send an earlier step again. An order with a key is not placed twice, and a deleted object stays deleted."""
        self.send(step, writer)

    @rule(
        path=st.sampled_from(["/api/products", "/api/categories", "/api/orders"]),
        limit=st.sampled_from([2, 3, 5]),
        ordering=st.sampled_from(
            ["", "&ordering=price", "&ordering=-name", "&ordering=created_at", "&ordering=-price"]
        ),
        caller=_CUSTOMERS | _STAFF,
    )
    def read_all_pages(self, path: str, limit: int, ordering: str, caller: str) -> None:
        """Read all pages of a list."""
        address = f"{path}?limit={limit}" + (ordering if path == "/api/products" else "")
        response = self.send(Step(caller, "GET", address), 0)
        for _ in range(_MAX_PAGES):
            if not response.json()["next"]:
                break
            response = self.send(
                Step(caller, "GET", f"{address}&cursor={value_of_response(len(self.sent), '/next')}"), 0
            )

    @rule(account=st.sampled_from(["shopper", "other", "staff"]), writer=WRITERS)
    def sign_in(self, account: str, writer: int) -> None:
        """With the right password, so that later steps have tokens of the implementations' own making."""
        form = urlencode({"username": f"{account}@example.com", "password": PASSWORD})
        headers = (("Content-Type", "application/x-www-form-urlencoded"),)
        self.send(Step("anonymous", "POST", "/api/auth/login", headers, form), writer)

    @rule(
        path=st.sampled_from(PATHS),
        method=st.sampled_from(["OPTIONS", "HEAD", "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"]),
        caller=_ANY_CALLER,
        writer=WRITERS,
    )
    def try_a_method(self, path: str, method: str, caller: str, writer: int) -> None:
        """Send any method to any path, without a body."""
        self.send(Step(caller, method, path), writer)


def _performs(operation: Operation) -> Callable[..., None]:
    @rule(step=steps(operation, SOURCES, callers(operation)), writer=WRITERS)
    def perform(self: Sequence, step: Step, writer: int) -> None:
        self.send(step, writer)

    return perform


for _operation in OPERATIONS.values():
    setattr(Sequence, _operation.id, _performs(_operation))
