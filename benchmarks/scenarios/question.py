"""What a scenario asks, before the gate has learnt the exact answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.material import Material

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
class Question:
    """A request, and what must hold for the JSON that answers it.

    `varying` names the parts that may differ from one answer to the next, `pattern` is for what differs more than that.
    """

    request: Request
    holds: Holds
    status: int = 200
    varying: Sequence[str] = ()
    pattern: str | None = None


@dataclass(frozen=True)
class Scenario:
    """A kind of work, as journeys: questions that one user asks one after the other."""

    name: ScenarioName
    what: str
    journeys: Callable[[Material], list[list[Question]]]
