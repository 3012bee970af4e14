"""What a load needs: processors, workers and memory."""

import pytest

from benchmarks.analysis.summary import summaries
from benchmarks.report.sizing import Side, mixes, needs, sides
from benchmarks.results import Results
from tests.benchmarks import sample_results

COSTS = {"product_detail": (1000.0, 80e6), "product_list": (3000.0, 90e6), "login": (30_000.0, None)}


def of(results: Results) -> list[Side]:
    return sides(results, summaries(results))


def test_needs_follow_from_the_cost_of_a_request() -> None:
    (need,) = needs([Side("one CPU", "Django", COSTS)], ["product_detail", "product_list"], 600, 60)
    assert need.cpu_seconds == 2000
    assert need.cpus == pytest.approx(2.0)
    assert need.workers == 2
    assert need.memory == pytest.approx(180.0)
    assert need.requests == ["product_detail", "product_list"]


def test_a_small_load_needs_one_worker_and_unknown_memory_stays_unknown() -> None:
    (need,) = needs([Side("one CPU", "Django", COSTS)], ["login"], 1, 100)
    assert (need.workers, need.memory) == (1, None)
    assert need.cpus == pytest.approx(0.03)


def test_sides_without_the_scenario_are_left_out() -> None:
    assert needs([Side("tutorial", "Django", COSTS)], ["shopper"], 100, 60) == []


def test_each_level_and_side_has_costs_and_mixes() -> None:
    found = of(sample_results.levels())
    assert [(side.level, side.name) for side in found] == [
        (level, name) for level in ("one CPU", "deployed", "tutorial") for name in ("Django", "FastAPI")
    ]
    assert found[0].costs["product_detail"][0] == pytest.approx(1100, rel=0.02)
    assert list(mixes(found))[:3] == ["reads", "writes", "product_detail"]


def test_invalid_scenarios_have_no_costs() -> None:
    results = sample_results.with_error(sample_results.small(), "django", "login", "GET /a: 500")
    assert not any("login" in side.costs for side in of(results))


def test_a_smoke_run_has_no_costs() -> None:
    assert of(sample_results.small(is_smoke=True)) == []
