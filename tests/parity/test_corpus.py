"""Every case of the corpus, on both wings."""

from collections.abc import Mapping

import pytest

from harness.wings import RunningWing
from tests.parity.cases import Case, read_cases
from tests.parity.conftest import WINGS
from tests.parity.running import run
from tests.parity.world import World

CASES = read_cases()


@pytest.mark.parametrize("wing", WINGS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_wing_answers_as_the_case_says(
    case: Case, wing: str, parity_wings: Mapping[str, RunningWing], world: World
) -> None:
    found = run(case, parity_wings[wing].port, world)
    if found:
        pytest.fail(f"{wing} answers {case.id} ({case.group}) otherwise:\n  " + "\n  ".join(found), pytrace=False)
