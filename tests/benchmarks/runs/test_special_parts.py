"""The settings of the parts that each answer one question."""

from typing import get_args

import pytest

from benchmarks.runs.special_parts import (
    COLD_START,
    FANOUT,
    MIXED,
    POOL,
    SPECIAL_PARTS,
    UPSTREAM,
    WORKERS,
    special_parts,
)
from benchmarks.scenarios import EVERY, OFFERED
from benchmarks.settings import Settings, Subject, smoke
from harness.servers.names import Cached, WithEndpoints

PARTS = special_parts(Settings())
SHORT = special_parts(smoke(Settings()))
# PostgreSQL allows 200 connections. A server has one more for /readyz, and the benchmark some of its own.
MAX_CONNECTIONS = 180
# Verdicts need so many server runs of each subject, from which a permutation test can get a p of 5%.
MIN_RUNS = 6


def test_all_parts_together_take_at_most_sixteen_minutes() -> None:
    assert sum(settings.seconds for settings in PARTS.values()) <= 16 * 60


def test_the_short_settings_take_less_than_a_minute_and_a_half() -> None:
    assert sum(settings.seconds for settings in SHORT.values()) < 90


def test_the_short_settings_measure_the_same_parts_and_variants() -> None:
    assert SHORT.keys() == PARTS.keys() == SPECIAL_PARTS.keys()
    for name, settings in PARTS.items():
        assert SHORT[name].variants == settings.variants
        assert SHORT[name].scenarios == settings.scenarios
        assert SHORT[name].is_smoke


@pytest.mark.parametrize("name", [name for name in SPECIAL_PARTS if name not in {COLD_START, FANOUT}])
def test_a_part_draws_a_curve_or_has_enough_runs_for_verdicts(name: str) -> None:
    settings = PARTS[name]
    is_curve = max(len(settings.threads), len(settings.workers), len(settings.sizes)) > 1
    runs = settings.rounds * settings.turns
    assert runs == 3 if is_curve else runs >= MIN_RUNS


@pytest.mark.parametrize("name", SPECIAL_PARTS)
def test_endpoints_and_caches_are_measured_on_servers_that_have_them(name: str) -> None:
    settings = PARTS[name]
    if special := set(settings.scenarios) - set(OFFERED):
        assert set(settings.variants) <= set(get_args(Cached if special == {"cached_detail"} else WithEndpoints))
    assert set(settings.scenarios) <= set(EVERY)


@pytest.mark.parametrize("name", SPECIAL_PARTS)
def test_the_servers_of_a_round_do_not_need_more_connections_than_postgresql_has(name: str) -> None:
    order = PARTS[name].order(1)
    assert sum(subject.workers * (subject.threads + 1) for subject in order) <= MAX_CONNECTIONS


def test_only_threads_are_measured_with_several_numbers_of_threads() -> None:
    subjects = PARTS[UPSTREAM].subjects
    assert [(subject.variant, subject.threads) for subject in subjects] == [
        ("fastapi-endpoints", 4),
        ("django-asgi-endpoints", 4),
        ("django-endpoints", 4),
        ("django-endpoints", 16),
        ("django-endpoints", 64),
    ]
    assert {PARTS[UPSTREAM].baseline(subject) for subject in subjects} == {Subject("fastapi-endpoints")}


def test_the_other_sweeps_compare_the_implementations_at_each_number() -> None:
    assert PARTS[POOL].baseline(Subject("fastapi", threads=10)) == Subject("django", threads=10)
    assert PARTS[WORKERS].baseline(Subject("fastapi", workers=4)) == Subject("django", workers=4)


def test_the_tails_of_reads_beside_sign_ins_are_measured_under_open_load_of_a_thousand_reads() -> None:
    settings = PARTS[MIXED]
    assert [load.is_open for load in settings.loads] == [False, True]
    assert settings.arrivals * settings.rounds * settings.turns * 0.9 >= 1_000
