"""The order of server runs in a round, and the duration of a run."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.analysis.power import rounds_needed
from benchmarks.cells import Load
from benchmarks.report.labels import subject_label
from benchmarks.results import Part
from benchmarks.runs.head_to_head import head_to_head
from benchmarks.runs.suite import full
from benchmarks.scenarios import SCENARIOS
from benchmarks.settings import JOIN_SECONDS, MAX_OPEN_SECONDS, TOTAL_SECONDS, Settings, Subject, smoke


def names(settings: Settings, number: int) -> list[str]:
    return [subject.variant for subject in settings.order(number)]


def test_rounds_alternate_between_the_orders_abba_and_baab() -> None:
    settings = Settings()
    assert names(settings, 1) == ["django", "fastapi", "fastapi", "django"]
    assert names(settings, 2) == ["fastapi", "django", "django", "fastapi"]
    assert names(settings, 3) == names(settings, 1)


def test_with_one_turn_the_rounds_alternate_between_the_orders_ab_and_ba() -> None:
    settings = Settings(turns=1)
    assert names(settings, 1) == ["django", "fastapi"]
    assert names(settings, 2) == ["fastapi", "django"]
    assert settings.runs_per_round == 2


def test_every_variant_has_two_turns_in_each_round() -> None:
    settings = Settings(variants=("django", "django-asgi", "fastapi"))
    assert sorted(names(settings, 1)) == sorted(settings.variants * 2)
    assert len(settings.order(1)) == settings.runs_per_round
    assert names(Settings(variants=("fastapi",)), 1) == ["fastapi", "fastapi"]


def test_every_combination_of_variant_workers_and_size_is_a_subject() -> None:
    settings = Settings(workers=(1, 2), sizes=(1000, 10_000))
    assert len(set(settings.subjects)) == 8
    assert settings.runs_per_round == 16


def test_every_number_of_threads_is_a_subject_of_the_variants_that_have_threads() -> None:
    settings = Settings(threads=(4, 16), threadless=("fastapi",))
    assert settings.subjects == (Subject("django", threads=4), Subject("django", threads=16), Subject("fastapi"))
    assert settings.runs_per_round == 6
    assert settings.first_subject("fastapi") == Subject("fastapi", threads=4)


def test_subjects_are_compared_with_the_first_variant_at_the_same_threads_or_else_at_its_first_ones() -> None:
    swept = Settings(threads=(4, 16))
    assert swept.baseline(Subject("fastapi", threads=16)) == Subject("django", threads=16)
    threadless = Settings(variants=("fastapi", "django"), threads=(4, 16), threadless=("fastapi",))
    assert threadless.baseline(Subject("django", threads=16)) == Subject("fastapi", threads=4)
    assert threadless.baseline(Subject("fastapi", threads=4)) == Subject("fastapi", threads=4)


def test_waiting_for_slow_responses_is_part_of_the_estimate() -> None:
    assert Settings(extra_seconds=10.0).seconds == Settings().seconds + 5 * 10


def test_a_label_has_the_threads_where_they_vary() -> None:
    settings = Settings(threads=(4, 16), threadless=("fastapi",))
    labels = ["django, pool of 4", "django, pool of 16", "fastapi"]
    assert [subject_label(subject, settings) for subject in settings.subjects] == labels


@pytest.mark.parametrize(("parts_of", "minutes", "smoke_minutes"), [(head_to_head, 7.5, 2), (full, 70, 5)])
def test_a_run_of_all_parts_takes_as_long_as_documented(
    parts_of: Callable[[Settings], list[Part]], minutes: float, smoke_minutes: float
) -> None:
    for settings, limit in ((Settings(), minutes), (smoke(Settings()), smoke_minutes)):
        parts = parts_of(settings)
        assert len({part.name for part in parts}) == len(parts)
        assert sum(part.settings.seconds for part in parts) < limit * 60


def test_the_parts_of_a_short_run_are_the_first_of_a_full_run() -> None:
    parts = head_to_head(Settings())
    assert [part.name for part in parts] == ["main", "deployed", "tutorial"]
    assert full(Settings())[:3] == parts


def test_as_deployed_each_worker_has_as_many_users_as_the_worker_of_the_main_part() -> None:
    main, deployed, _ = (part.settings for part in head_to_head(Settings()))
    (workers,) = deployed.workers
    assert [load.users for load in deployed.loads] == [workers * load.users for load in main.loads if load.users]


def test_users_join_one_after_another_where_a_server_has_several_workers() -> None:
    alone, shared = Subject("django"), Subject("django", workers=2)
    assert (alone.join_interval, shared.join_interval) == (0.0, JOIN_SECONDS)
    one, two = (Settings(workers=(workers,), scenarios=("login",), rounds=1) for workers in (1, 2))
    assert two.seconds - one.seconds == pytest.approx(2 * 2 * 8 * JOIN_SECONDS)


FULL = {part.name: part.settings for part in full(Settings())}


def ratios(settings: Settings) -> int:
    """Return the number of ratios in a part's tables: two of each comparison under closed load, three under open."""
    loads = [load for scenario in settings.scenarios for load in settings.loads_of(scenario)]
    comparisons = sum(settings.baseline(subject) != subject for subject in settings.subjects)
    return comparisons * sum(3 if load.is_open else 2 for load in loads)


@pytest.mark.parametrize(
    "name", ["main", "deployed", "tutorial", "open", "layers", "variants", "mixed", "large", "upload", "cached"]
)
def test_parts_that_compare_have_enough_rounds_for_verdicts(name: str) -> None:
    assert FULL[name].rounds >= rounds_needed(FULL[name].turns, ratios(FULL[name])) > 1


@pytest.mark.parametrize("name", ["growth", "load", "upstream", "pool", "workers"])
def test_parts_that_draw_curves_have_too_few_rounds_for_verdicts(name: str) -> None:
    assert FULL[name].rounds < rounds_needed(FULL[name].turns, ratios(FULL[name]))


def test_the_main_part_has_as_many_ratios_as_the_simulations() -> None:
    assert ratios(FULL["main"]) == 35


def test_only_as_deployed_and_with_several_workers_servers_are_not_pinned() -> None:
    assert [name for name, settings in FULL.items() if not settings.is_pinned] == ["deployed", "workers"]


def test_memory_is_measured_over_as_many_requests_as_documented() -> None:
    settings = FULL["memory"]
    assert (len(settings.loads), settings.requests, settings.rounds, settings.turns) == (12, 2_100, 1, 1)
    assert len(settings.loads) * (settings.requests or 0) == 25_200


@pytest.mark.parametrize("name", ["main", "open"])
def test_open_load_has_a_thousand_arrivals_of_each_variant(name: str) -> None:
    settings = FULL[name]
    assert settings.arrivals * settings.rounds * settings.turns >= 1_000


def test_the_tails_of_the_main_part_are_those_of_60_percent_of_the_capacity() -> None:
    assert FULL["main"].loads == (Load(users=8), Load(share=0.6))


def test_the_number_of_rounds_is_that_of_parts_without_one_of_their_own() -> None:
    more = {part.name: part.settings for part in full(Settings(rounds=9))}
    assert [name for name in FULL if more[name] != FULL[name]] == ["main", "open", "layers", "variants"]
    assert all(replace(more[name], rounds=FULL[name].rounds) == FULL[name] for name in FULL)
    fewer = {part.name: part.settings.rounds for part in full(Settings(rounds=2))}
    assert {name for name in FULL if fewer[name] != FULL[name].rounds} == {
        *("main", "deployed", "tutorial", "open", "layers", "growth", "load", "variants")
    }
    assert {fewer[name] for name in ("main", "deployed", "tutorial", "growth")} == {2}


def test_a_whole_run_fits_its_time_budget() -> None:
    settings = Settings().timed()
    assert settings.cells == 5 * 4 * 10
    assert settings.seconds <= TOTAL_SECONDS < replace(settings, duration=settings.duration + 0.1).seconds


def test_open_loads_are_used_for_their_scenarios_only() -> None:
    closed, opened = Load(users=8), Load(share=0.6)
    settings = Settings(loads=(closed, opened), open_scenarios=("login",))
    assert settings.loads_of("login") == (closed, opened)
    assert settings.loads_of("product_list") == (closed,)
    assert settings.cells_per_run == len(SCENARIOS) + 1
    assert replace(settings, open_scenarios=None).cells_per_run == 2 * len(SCENARIOS)


def test_open_load_lasts_until_enough_arrivals_are_expected() -> None:
    settings = Settings(duration=1.0, arrivals=110)
    assert settings.open_duration(1000.0) == 1.0
    assert settings.open_duration(22.0) == 5.0
    assert settings.open_duration(0.1) == MAX_OPEN_SECONDS


def test_the_estimate_includes_latency_stretches_and_the_longer_open_load() -> None:
    settings = Settings(scenarios=("login",), latency_seconds=0.0, duration=1.0)
    runs = settings.rounds * settings.runs_per_round
    assert replace(settings, latency_seconds=2.0).seconds == pytest.approx(settings.seconds + 2.0 * runs)
    slow = replace(settings, loads=(Load(rate=10.0),), arrivals=40)
    assert slow.seconds == pytest.approx(settings.seconds + 3.0 * runs)


@pytest.mark.parametrize("loads", [(Load(share=0.6),), (Load(rate=50.0), Load(share=0.6), Load(users=8))])
def test_a_share_of_the_capacity_requires_closed_load_before_it(loads: tuple[Load, ...]) -> None:
    with pytest.raises(ValueError, match="at 60% of the capacity requires a number of users before it"):
        Settings(loads=loads)


@pytest.mark.parametrize("values", [{}, {"users": 8, "rate": 50.0}, {"rate": 50.0, "share": 0.6}])
def test_a_load_has_exactly_one_of_users_rate_and_share(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exactly one of them"):
        Load(**values)


def test_loads_have_short_names() -> None:
    loads = (Load(users=1), Load(users=8), Load(rate=50.0), Load(share=0.6), Load(share=0.625))
    assert list(map(str, loads)) == ["1 user", "8 users", "50/s", "60%", "62.5%"]
    assert [load.is_open for load in loads] == [False, False, True, True, True]


def test_fewer_scenarios_are_measured_for_longer() -> None:
    assert Settings(scenarios=("login",)).timed().duration > 3 * Settings().timed().duration


def test_a_given_duration_is_used() -> None:
    assert Settings().timed(7.5).duration == 7.5


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        smoke(Settings()),
        Settings(scenarios=("login",), loads=(Load(rate=3.0),)).timed(2),
        Settings(loads=(Load(users=8), Load(share=0.6)), open_scenarios=("login",), is_pinned=False),
    ],
)
def test_settings_are_read_as_they_were_written(settings: Settings) -> None:
    assert Settings.from_json(json.loads(json.dumps(settings.as_json()))) == settings


def test_scenarios_that_change_rows_come_after_those_that_read_them() -> None:
    names = list(SCENARIOS)
    assert names.index("order_history") < names.index("order_place")
    assert names[-1] == "product_create"
