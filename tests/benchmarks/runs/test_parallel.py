"""Servers start and stop at the same time, and what was started is stopped also after an error."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.runs.parallel import entered_together


def test_all_are_entered_and_left_at_the_same_time_and_returned_in_their_order() -> None:
    entering, leaving = threading.Barrier(2), threading.Barrier(2)

    @contextmanager
    def meeting(name: str) -> Iterator[str]:
        entering.wait(30)
        yield name
        leaving.wait(30)

    with entered_together([meeting("a"), meeting("b")], at_once=2) as entered:
        assert entered == ["a", "b"]


def test_those_that_were_entered_are_left_if_another_one_fails() -> None:
    left: list[str] = []

    @contextmanager
    def entered(name: str) -> Iterator[str]:
        if name == "failing":
            raise LookupError(name)
        yield name
        left.append(name)

    managers = [entered(name) for name in ("failing", "a", "b")]
    with pytest.raises(LookupError, match="failing"), entered_together(managers, at_once=2):
        pytest.fail("the block was executed")
    assert sorted(left) == ["a", "b"]


def test_all_are_left_if_leaving_one_fails() -> None:
    left: list[str] = []

    @contextmanager
    def entered(name: str) -> Iterator[str]:
        yield name
        left.append(name)
        if name == "a":
            raise LookupError(name)

    with pytest.raises(LookupError, match="a"), entered_together([entered("a"), entered("b"), entered("c")], at_once=2):
        pass
    assert sorted(left) == ["a", "b", "c"]


def test_all_are_left_after_an_error_in_the_block() -> None:
    left: list[str] = []

    @contextmanager
    def entered(name: str) -> Iterator[str]:
        try:
            yield name
        finally:
            left.append(name)

    with pytest.raises(KeyboardInterrupt), entered_together([entered("a"), entered("b")], at_once=2):
        raise KeyboardInterrupt
    assert sorted(left) == ["a", "b"]
