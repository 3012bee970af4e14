"""Every case of the corpus on both implementations: the stated response, and equal responses otherwise."""

from collections.abc import Mapping

import pytest

from harness.servers.server import RunningServer
from tests.parity.agreement import disagreement
from tests.parity.cases import Case, read_cases
from tests.parity.running import run
from tests.parity.world import World

# What they are made of differs by nature.
PAGES = ["/docs", "/redoc", "/openapi.json"]


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.id)
def test_both_implementations_answer_as_the_case_says(
    case: Case, parity_implementations: Mapping[str, RunningServer], world: World
) -> None:
    outcomes = {name: run(case, implementation.port, world) for name, implementation in parity_implementations.items()}
    wrong = [f"{name}: {difference}" for name, outcome in outcomes.items() for difference in outcome.differences]
    if case.main["path"] not in PAGES:
        wrong += disagreement({name: outcome.answer for name, outcome in outcomes.items()})
    if wrong:
        pytest.fail(f"{case.id} ({case.group})\n  " + "\n  ".join(wrong), pytrace=False)
