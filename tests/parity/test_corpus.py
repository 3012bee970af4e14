"""Every case of the corpus on both wings: each answers as the case says, and both alike in what it does not say."""

from collections.abc import Mapping

import pytest

from harness.wings import RunningWing
from tests.parity.agreement import disagreement
from tests.parity.cases import Case, read_cases
from tests.parity.running import run
from tests.parity.world import World

# What they are made of differs by nature.
PAGES = ["/docs", "/redoc", "/openapi.json"]


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.id)
def test_both_wings_answer_as_the_case_says(case: Case, parity_wings: Mapping[str, RunningWing], world: World) -> None:
    outcomes = {name: run(case, wing.port, world) for name, wing in parity_wings.items()}
    wrong = [f"{name}: {difference}" for name, outcome in outcomes.items() for difference in outcome.differences]
    if case.main["path"] not in PAGES:
        wrong += disagreement({name: outcome.answer for name, outcome in outcomes.items()})
    if wrong:
        pytest.fail(f"{case.id} ({case.group})\n  " + "\n  ".join(wrong), pytrace=False)
