"""The rate of open load is a share of the capacity of the slowest subject under closed load."""

from dataclasses import replace

import pytest

from benchmarks.cells import Cell, Load
from benchmarks.runs.open_rates import MIN_RATE, rate_of_share
from benchmarks.settings import Subject
from tests.benchmarks.factories import cell

DJANGO, FASTAPI = Subject("django"), Subject("fastapi")


def closed(rate: float, users: int = 8) -> Cell:
    return replace(cell("login", rate), load=Load(users=users))


def test_the_slowest_subject_decides_and_its_turns_count_together() -> None:
    cells = [(DJANGO, closed(90)), (FASTAPI, closed(400)), (FASTAPI, closed(300)), (DJANGO, closed(110))]
    assert rate_of_share(0.6, cells) == 60.0


def test_the_capacity_of_a_subject_is_that_of_its_best_closed_load() -> None:
    cells = [(DJANGO, closed(50, users=1)), (DJANGO, closed(200)), (FASTAPI, closed(70, users=1))]
    cells += [(FASTAPI, closed(150))]
    assert rate_of_share(0.5, cells) == 75.0


def test_the_rate_has_three_significant_digits_and_a_minimum() -> None:
    assert rate_of_share(0.6, [(DJANGO, closed(123.456))]) == 74.1
    assert rate_of_share(0.6, [(DJANGO, closed(3456.0))]) == 2070.0
    assert rate_of_share(0.6, [(DJANGO, closed(0.0))]) == MIN_RATE


def test_open_load_does_not_count() -> None:
    opened = replace(cell("login", 5.0), load=Load(rate=5.0))
    assert rate_of_share(0.5, [(DJANGO, opened), (DJANGO, closed(100))]) == 50.0
    with pytest.raises(ValueError, match="requires a measurement under closed load before it"):
        rate_of_share(0.5, [(DJANGO, opened)])
