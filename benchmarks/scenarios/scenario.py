"""Scenarios and their steps: requests with checks of the responses, used before the exact responses are recorded."""

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
    "product_page_100",
    "reads_with_sign_ins",
    "upstream",
    "large_json",
    "upload",
    "cached_detail",
]
type Check = Callable[[Any], bool]


@dataclass(frozen=True)
class Step:
    """A request and a check of the JSON of its response.

    `varying` names the parts of the body that may differ from one response to the next: see `pattern_of`. `pattern` is
    a regular expression of the complete body, for responses that differ in other ways. The response to a step that
    `is_background` is checked and counted, but its latency is not recorded.
    """

    request: Request
    check: Check
    status: int = 200
    varying: Sequence[str] = ()
    pattern: str | None = None
    is_background: bool = False


@dataclass(frozen=True)
class Scenario:
    """A named list of journeys. A journey is a list of steps that one user sends in sequence."""

    name: ScenarioName
    description: str
    journeys: Callable[[Sample], list[list[Step]]]
