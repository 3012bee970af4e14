"""Patterns of responses that may differ in named parts only, and the plan of exchanges."""

import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.scenarios.exchanges import SERIAL, Exchange, Plan, Request, pattern_of

ORDER = (
    '{"id":"019ab0c4-3f60-7c3e-9a55-0f1f6f1c2d41","status":"pending","total":"39.98","stock":7,'
    '"created_at":"2026-03-03T08:00:00.000001Z","updated_at":"2026-03-03T08:00:00Z","note":"a+b (000000042)"}'
)


def matches(varying: list[str], body: str) -> bool:
    return re.fullmatch(pattern_of(ORDER, varying, "000000042"), body) is not None


def test_a_body_matches_its_own_pattern() -> None:
    for varying in ([], ["id"], ["id", "time"], ["stock", "updated_at"]):
        assert matches(varying, ORDER)


def test_only_the_named_parts_may_differ() -> None:
    other_id = ORDER.replace("019ab0c4", "029ab0c4")
    assert matches(["id"], other_id)
    assert not matches(["time"], other_id)
    other_stock = ORDER.replace(":7,", ":12345,")
    assert matches(["stock"], other_stock)
    assert not matches(["id"], other_stock)
    assert not matches(["id", "time", "stock"], ORDER.replace("pending", "paid"))
    assert not matches(["id", "time", "stock"], ORDER + " ")


def test_one_time_may_vary_while_another_stays() -> None:
    assert matches(["updated_at"], ORDER.replace("08:00:00Z", "09:00:00.123456Z"))
    assert not matches(["updated_at"], ORDER.replace("08:00:00.000001Z", "09:00:00.123456Z"))


def test_the_pattern_rejects_invalid_ids_and_times() -> None:
    assert not matches(["id"], ORDER.replace("019ab0c4", "019AB0C4"))
    assert not matches(["time"], ORDER.replace("08:00:00.000001Z", "08:00:00.001Z"))


def test_the_serial_number_may_differ() -> None:
    assert matches([], ORDER.replace("000000042", "000000043"))
    assert not matches([], ORDER.replace("000000042", "42"))


def test_a_request_has_its_serial_number_in_the_body_and_the_idempotency_key() -> None:
    request = Request("POST", "/api/orders", f"n={SERIAL}", "text/plain", account="a@example.com", keyed=True)
    assert request.payload("000000007") == "n=000000007"
    headers = request.headers({"a@example.com": "token"}, "000000007")
    assert headers["Idempotency-Key"] == "benchmark-000000007"
    assert headers["Authorization"] == "Bearer token"


def test_a_plan_is_read_as_it_was_saved(tmp_path: Path) -> None:
    plan = Plan()
    one, other = Request("GET", "/a", account="a@example.com"), Request("GET", "/é")
    first = [Exchange(one, 200, text="é"), Exchange(other, 200, pattern="x")]
    plan.add("shopper 1000 contract", [first, [Exchange(other, 201)]])
    plan.save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json") == plan
    assert plan.starts == {"shopper 1000 contract": [0, 2]}
    assert plan.accounts(1000) == {"a@example.com"}
    assert plan.accounts(2000) == set()


@pytest.mark.parametrize(("journeys", "users"), [(4, 2), (8, 8), (8, 4), (3, 12)])
def test_users_start_at_different_steps_and_each_step_has_the_same_number(journeys: int, users: int) -> None:
    plan, length = Plan(), min(users, 4)
    plan.add("shopper", [[Exchange(Request("GET", "/"), 200)] * length] * journeys)
    positions = plan.positions("shopper", users)
    assert Counter(position % length for position in positions) == dict.fromkeys(range(length), users // length)
    assert len({position // length for position in positions}) >= min(users // 2, journeys)


def test_a_plan_has_scenarios_by_size_and_removes_a_scenario_from_all_sizes() -> None:
    plan = Plan()
    for scenario, size in (("a", 1), ("b", 1), ("a", 2), ("c", 2)):
        plan.add(Plan.key(scenario, size), [[Exchange(Request("GET", "/"), 200)]])
    assert (plan.scenarios(1), plan.scenarios(2)) == (["a", "b"], ["a", "c"])
    plan.add(Plan.key("b", 1, "other"), [[Exchange(Request("GET", "/", account="b@example.com"), 200)]])
    assert plan.scenarios(1) == ["a", "b"]
    plan.remove("a")
    assert (plan.scenarios(1), plan.scenarios(2)) == (["b"], ["c"])
