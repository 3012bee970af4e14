"""The highest rate of the generator in each scenario, measured with recorded responses."""

from collections.abc import Sequence
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.cells import MeasureCommand
from benchmarks.environment.processors import Pinning
from benchmarks.load.calibration import CalibrationFailed
from benchmarks.load.ceilings import ceilings
from benchmarks.scenarios.exchanges import SERIAL, Exchange, Plan, Request, pattern_of

UNPINNED = Pinning(None, None)
SMALL, LARGE = '{"text":"small"}', '{"text":"' + "x" * 300_000 + '"}'
CREATED = '{"id":"019ab0c4-3f60-7c3e-9a55-0f1f6f1c2d41","slug":"new-000000007"}'


def plan_of(**exchanges: Exchange) -> Plan:
    plan = Plan()
    for scenario, exchange in exchanges.items():
        plan.add(Plan.key(scenario, 1000), [[exchange, exchange]])
    return plan


def test_each_scenario_is_measured_with_its_own_responses_and_checks() -> None:
    body = f'{{"slug":"new-{SERIAL}","text":"{"y" * 200_000}"}}'
    created = Exchange(
        Request("POST", "/api/products", body, "application/json", "admin@example.com", keyed=True),
        201,
        pattern=pattern_of(CREATED, ["id"], "000000007"),
        example=CREATED,
    )
    plan = plan_of(
        product_detail=Exchange(Request("GET", "/api/products/a"), 200, text=SMALL),
        product_list=Exchange(Request("GET", "/api/products"), 200, text=LARGE),
        product_create=created,
    )
    found = ceilings(plan, 1000, UNPINNED, seconds=0.1)
    assert list(found) == ["product_detail", "product_list", "product_create"]
    assert all(ceiling > 0 for ceiling in found.values())


class FakeGenerator:
    """A generator that needs 1 ms of CPU for a response of tutorial-fastapi, and 4 ms for one of tutorial-django."""

    def measure(self, commands: Sequence[MeasureCommand]) -> list[Any]:
        costs = {"tutorial-fastapi": 0.001, "tutorial-django": 0.004}
        return [
            SimpleNamespace(errors=0, requests=1.0, generator_cpu=costs[each.workload.split()[2]]) for each in commands
        ]


def test_a_scenario_with_different_responses_has_the_ceiling_of_the_most_expensive_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = Plan()
    for dialect in ("tutorial-django", "tutorial-fastapi"):
        exchange = Exchange(Request("GET", "/api/products"), 200, text=SMALL)
        plan.add(Plan.key("product_list", 1000, dialect), [[exchange]])
    monkeypatch.setattr("benchmarks.load.ceilings.generator", lambda *_: nullcontext(FakeGenerator()))
    assert ceilings(plan, 1000, UNPINNED) == {"product_list": 250.0}


def test_a_plan_without_scenarios_has_no_ceilings() -> None:
    assert ceilings(Plan(), 1000, UNPINNED) == {}


def test_a_response_that_is_not_recorded_is_named() -> None:
    plan = plan_of(login=Exchange(Request("POST", "/api/token"), 200, pattern=".*"))
    with pytest.raises(CalibrationFailed, match="no response to POST /api/token is recorded"):
        ceilings(plan, 1000, UNPINNED)


def test_a_wrong_response_is_an_error() -> None:
    plan = plan_of(login=Exchange(Request("POST", "/api/token"), 200, pattern="a", example="b"))
    with pytest.raises(CalibrationFailed, match="wrong responses from the server that replays login"):
        ceilings(plan, 1000, UNPINNED, seconds=0.05)
