"""What thinks up sequences: a rule for every operation of openapi.yaml, and some for what people do in a row."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.contract.document import OPERATIONS, Operation
from tests.differential.pair import Pair
from tests.differential.requests import steps
from tests.differential.steps import Step, answer_of
from tests.differential.values import Json, mostly
from tests.parity.seed_data import ACCOUNTS, NAMES, TABLES

# Of every account of the world.
PASSWORD = "a password of the world"
_NAMES_OF = {value: name for name, value in NAMES.items()}
_ACCOUNTS_OF = {value: name for name, value in ACCOUNTS.items()}
_MOST_PAGES = 30
# In one shop: through which implementation a step is written.
WRITERS = st.integers(0, 1)
# But for the page at /, of which each implementation has its own.
PATHS = [*sorted({one.example_path for one in OPERATIONS.values()}), "/api", "/api/products/", "/nothing"]


def known(kind: str) -> st.SearchStrategy[Any]:
    """Something that the sequence has met so far, often the newest."""
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
_SHOPPERS = st.sampled_from(["shopper", "other"])
_STAFF = st.just("staff")
_EARLIER = st.runner().flatmap(lambda machine: st.just(machine.asked[-1]) | st.sampled_from(machine.asked))
_ANYONE = st.sampled_from(["anonymous", "shopper", "other", "staff", "inactive", "gone", "no.such.token"]) | known(
    "access_token"
)


def callers(operation: Operation) -> st.SearchStrategy[str]:
    """Those who may do it, and now and then the others."""
    usual = _STAFF if operation.is_for_staff else _SHOPPERS if operation.needs_token else st.just("anonymous")
    return mostly(usual, _ANYONE, once_in=6)


class Sequence(RuleBasedStateMachine):
    """One sequence. What it asks, and what is compared, a pair knows."""

    pair: ClassVar[Pair]

    def __init__(self) -> None:
        super().__init__()
        self.asked = self.pair.asked = []
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
            self._meet_order(f"<{_NAMES_OF[row['id']]}>", _ACCOUNTS_OF[row["customer_id"]])
        self.pair.start()

    def ask(self, step: Step, writer: int) -> httpx.Response:
        """Send a step to the implementations, and remember what it brought to light. Raises Difference."""
        self.asked.append(replace(step, writer=writer))
        answer = self.pair.ask(self.asked[-1], len(self.asked))
        if answer.is_success and answer.content:
            self._meet(answer.json(), step)
        return answer

    def _meet(self, body: Json, step: Step) -> None:
        """Note what later steps can ask for."""
        number = len(self.asked)
        for name in ("access_token", "refresh_token"):
            if name in body:
                self.known[name].append(answer_of(number, f"/{name}"))
        if body.get("next"):
            self.known["cursor"].append(answer_of(number, "/next"))
        if step.method == "POST" and step.path == "/api/orders":
            self._meet_order(answer_of(number, "/id"), step.caller)
        for kind, path in (("Category", "/api/categories"), ("Product", "/api/products")):
            if step.method == "POST" and step.path == path:
                self.known[kind].append(body["slug"])

    def _meet_order(self, order: str, owner: str) -> None:
        self.known["Order"].append(order)
        self.owners[order] = owner

    @rule(order=known("Order"), act=st.sampled_from(["", "/pay", "/cancel", "/ship"]), writer=WRITERS)
    def carry_an_order_on(self, order: str, act: str, writer: int) -> None:
        """Those who may see or change an order do."""
        caller = "staff" if act == "/ship" else self.owners[order]
        self.ask(Step(caller, "POST" if act else "GET", f"/api/orders/{order}{act}"), writer)

    @rule(
        items=st.dictionaries(known("Product"), st.integers(1, 2), min_size=1, max_size=2),
        key=st.sampled_from([(), (("Idempotency-Key", "key-1"),)]),
        caller=_SHOPPERS,
        writer=WRITERS,
    )
    def order_something(
        self, items: dict[str, int], key: tuple[tuple[str, str], ...], caller: str, writer: int
    ) -> None:
        """What people come for."""
        body = json.dumps({"items": [{"product": slug, "quantity": many} for slug, many in items.items()]})
        self.ask(Step(caller, "POST", "/api/orders", (("Content-Type", "application/json"), *key), body), writer)

    @precondition(lambda self: bool(self.asked))
    @rule(step=_EARLIER, writer=WRITERS)
    def repeat(self, step: Step, writer: int) -> None:
        """A step once more: an order with a key is not placed twice, whatever became of it; what is gone stays gone."""
        self.ask(step, writer)

    @rule(
        path=st.sampled_from(["/api/products", "/api/categories", "/api/orders"]),
        limit=st.sampled_from([2, 3, 5]),
        ordering=st.sampled_from(
            ["", "&ordering=price", "&ordering=-name", "&ordering=created_at", "&ordering=-price"]
        ),
        caller=_SHOPPERS | _STAFF,
    )
    def read_to_the_end(self, path: str, limit: int, ordering: str, caller: str) -> None:
        """Page by page, until there is no next one."""
        address = f"{path}?limit={limit}" + (ordering if path == "/api/products" else "")
        answer = self.ask(Step(caller, "GET", address), 0)
        for _ in range(_MOST_PAGES):
            if not answer.json()["next"]:
                break
            answer = self.ask(Step(caller, "GET", f"{address}&cursor={answer_of(len(self.asked), '/next')}"), 0)

    @rule(account=st.sampled_from(["shopper", "other", "staff"]), writer=WRITERS)
    def sign_in(self, account: str, writer: int) -> None:
        """With the right password, so that later steps have tokens of the implementations' own making."""
        form = urlencode({"username": f"{account}@example.com", "password": PASSWORD})
        headers = (("Content-Type", "application/x-www-form-urlencoded"),)
        self.ask(Step("anonymous", "POST", "/api/auth/login", headers, form), writer)

    @rule(
        path=st.sampled_from(PATHS),
        method=st.sampled_from(["OPTIONS", "HEAD", "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"]),
        caller=_ANYONE,
        writer=WRITERS,
    )
    def try_a_method(self, path: str, method: str, caller: str, writer: int) -> None:
        """Any method on any path, without a body."""
        self.ask(Step(caller, method, path), writer)


def _performs(operation: Operation) -> Callable[..., None]:
    @rule(step=steps(operation, SOURCES, callers(operation)), writer=WRITERS)
    def perform(self: Sequence, step: Step, writer: int) -> None:
        self.ask(step, writer)

    return perform


for _operation in OPERATIONS.values():
    setattr(Sequence, _operation.id, _performs(_operation))
