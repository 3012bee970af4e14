"""Scenarios as steps: requests with checks of their responses, before the exact responses are recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import Sample

ScenarioName = Literal[
    "product_detail",
    "product_list",
    "product_filter",
    "product_search",
    "category_list",
    "order_history",
    "login",
    "order_place",
    "shopper",
    "product_create",
    "product_page_first",
    "product_page_500",
]
type Holds = Callable[[Any], bool]


@dataclass(frozen=True)
class Step:
    """A request, and a check of the JSON of its response.

    `varying` names the parts that may differ from one answer to the next, `pattern` is for what differs more than that.
    """

    request: Request
    holds: Holds
    status: int = 200
    varying: Sequence[str] = ()
    pattern: str | None = None


@dataclass(frozen=True)
class Scenario:
    """A named workload of journeys: steps that one user sends one after the other."""

    name: ScenarioName
    what: str
    journeys: Callable[[Sample], list[list[Step]]]
