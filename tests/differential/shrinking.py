"""Shrink a sequence that shows a difference: remove everything that the difference does not need.

Hypothesis cannot do this here, because it does not know the references between steps.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.differential.correspondence import Difference
from tests.differential.implementation_pairs import ImplementationPair
from tests.differential.steps import Step

_MAX_SECONDS = 90


def difference_of(pair: ImplementationPair, steps: Sequence[Step]) -> Difference | None:
    """Send a sequence, and return the first difference, or None if there is none."""
    pair.start()
    try:
        for number, step in enumerate(steps, 1):
            pair.send(step, number)
    except Difference as difference:
        return difference
    return None


def shrink(pair: ImplementationPair, steps: list[Step]) -> list[Step]:
    """Return the sequence without the steps, headers, parameters and fields that the difference does not need.

    After 90 seconds it returns the shortest sequence that it has found.
    """
    deadline = time.monotonic() + _MAX_SECONDS
    found = True
    while found and time.monotonic() < deadline:
        shorter = (each for each in _shorter(steps) if time.monotonic() < deadline and difference_of(pair, each))
        found = (best := next(shorter, None)) is not None
        steps = best or steps
    return steps


def _shorter(steps: list[Step]) -> Iterator[list[Step]]:
    half = len(steps) // 2
    for start in (0, half) if half else ():
        yield _without(steps, start, start + half)
    for index in reversed(range(len(steps))):
        yield _without(steps, index, index + 1)
    for index, step in enumerate(steps):
        yield from ([*steps[:index], simpler, *steps[index + 1 :]] for simpler in _simpler(step))


def _without(steps: list[Step], start: int, stop: int) -> list[Step]:
    def renumbered(found: re.Match[str]) -> str:
        number = int(found[1] or 0)
        return f"<{number - (stop - start)}{found[2]}>" if number > stop else found[0]

    return [*steps[:start], *(step.filled(renumbered) for step in steps[stop:])]


def _simpler(step: Step) -> Iterator[Step]:
    for index in range(len(step.headers)):
        yield replace(step, headers=(*step.headers[:index], *step.headers[index + 1 :]))
    path, _, query = step.path.partition("?")
    pairs = query.split("&") if query else []
    for index in range(len(pairs)):
        rest = "&".join((*pairs[:index], *pairs[index + 1 :]))
        yield replace(step, path=f"{path}?{rest}" if rest else path)
    yield from (replace(step, body=body) for body in _simpler_bodies(step.body or ""))


def _simpler_bodies(body: str) -> Iterator[str]:
    try:
        fields = json.loads(body)
    except ValueError:
        return
    if isinstance(fields, dict):
        for name, value in fields.items():
            yield json.dumps({key: kept for key, kept in fields.items() if key != name})
            if isinstance(value, list) and len(value) > 1:
                yield from (json.dumps({**fields, name: [item]}) for item in value)
