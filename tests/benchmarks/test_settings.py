"""The order of server runs in a round, and the duration of a run."""

import json

import pytest

from benchmarks.cells import Load
from benchmarks.runs.suite import full
from benchmarks.scenarios import SCENARIOS
from benchmarks.settings import TOTAL_SECONDS, Settings, smoke


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


@pytest.mark.parametrize("is_smoke", [False, True])
def test_a_full_run_takes_under_an_hour(is_smoke: bool) -> None:
    main = smoke(Settings()) if is_smoke else Settings().timed()
    parts = full(main)
    assert len({part.name for part in parts}) == len(parts) == 6
    assert sum(part.settings.seconds for part in parts) < (120 if is_smoke else 50 * 60)


def test_a_whole_run_fits_its_time_budget() -> None:
    settings = Settings().timed()
    assert settings.cells == 5 * 4 * 10
    assert settings.cells * (settings.duration + settings.warm_up) < TOTAL_SECONDS
    assert settings.duration >= 0.8


def test_fewer_scenarios_are_measured_for_longer() -> None:
    assert Settings(scenarios=("login",)).timed().duration > 3 * Settings().timed().duration


def test_a_given_duration_is_used() -> None:
    assert Settings().timed(7.5).duration == 7.5


@pytest.mark.parametrize(
    "settings", [Settings(), smoke(Settings()), Settings(scenarios=("login",), loads=(Load(rate=3.0),)).timed(2)]
)
def test_settings_are_read_as_they_were_written(settings: Settings) -> None:
    assert Settings.from_json(json.loads(json.dumps(settings.as_json()))) == settings


def test_scenarios_that_change_rows_come_after_those_that_read_them() -> None:
    names = list(SCENARIOS)
    assert names.index("order_history") < names.index("order_place")
    assert names[-1] == "product_create"
