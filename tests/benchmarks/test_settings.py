"""Rounds in the right order, in the time there is."""

import shlex
from dataclasses import replace

import pytest

from benchmarks.scenarios import SCENARIOS
from benchmarks.settings import RUN_SECONDS, Settings, smoke


def test_rounds_run_forwards_then_backwards_and_the_next_round_the_other_way_about() -> None:
    settings = Settings()
    assert settings.order(1) == ("django", "fastapi", "fastapi", "django")
    assert settings.order(2) == ("fastapi", "django", "django", "fastapi")
    assert settings.order(3) == settings.order(1)


def test_every_variant_has_two_turns_in_each_round() -> None:
    settings = Settings(variants=("django", "django-asgi", "fastapi"))
    assert sorted(settings.order(1)) == sorted(settings.variants * 2)
    assert len(settings.order(1)) == settings.legs_per_round
    assert Settings(variants=("fastapi",)).order(1) == ("fastapi", "fastapi")


def test_a_whole_run_fits_its_time_budget() -> None:
    settings = Settings().timed()
    assert settings.cells == 5 * 4 * 10
    assert settings.cells * (settings.duration + settings.warm_up) < RUN_SECONDS
    assert settings.duration >= 0.8


def test_fewer_scenarios_are_measured_for_longer() -> None:
    assert Settings(scenarios=("login",)).timed().duration > 3 * Settings().timed().duration


def test_a_duration_that_is_given_is_kept() -> None:
    assert Settings().timed(7.5).duration == 7.5


@pytest.mark.parametrize("settings", [Settings(), smoke(Settings()), Settings(scenarios=("login",), users=3).timed(2)])
def test_settings_are_read_as_they_were_written(settings: Settings) -> None:
    assert Settings.from_json(settings.as_json()) == settings


def test_the_command_repeats_the_run() -> None:
    words = shlex.split(replace(Settings(scenarios=("login",), seed=9), duration=1.25).command())
    for pair in (["--scenario", "login"], ["--seed", "9"], ["--duration", "1.25"], ["--variant", "fastapi"]):
        assert pair in [words[place : place + 2] for place in range(len(words))]


def test_scenarios_that_change_rows_come_after_those_that_must_not_see_it() -> None:
    names = list(SCENARIOS)
    assert names.index("order_history") < names.index("order_place")
    assert names[-1] == "product_create"
