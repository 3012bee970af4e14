"""Both implementations return the expected response to every case, and equal responses in all other respects."""

from collections.abc import Mapping

import pytest

from harness.servers.server import RunningServer
from tests.parity.cases import Case, read_cases
from tests.parity.comparison import response_differences
from tests.parity.runner import run_case
from tests.parity.seed_data import SeededDatabase

# Each implementation has its own HTML, and its own generator of the document.
NOT_COMPARED = ["/docs", "/redoc", "/openapi.json", "/about"]


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.id)
def test_implementations_return_the_expected_response(
    case: Case, parity_implementations: Mapping[str, RunningServer], seeded_database: SeededDatabase
) -> None:
    results = {
        name: run_case(case, implementation.port, seeded_database)
        for name, implementation in parity_implementations.items()
    }
    wrong = [f"{name}: {difference}" for name, result in results.items() for difference in result.differences]
    if case.main["path"] not in NOT_COMPARED:
        wrong += response_differences({name: result.response for name, result in results.items()})
    if wrong:
        pytest.fail(f"{case.id} ({case.group})\n  " + "\n  ".join(wrong), pytrace=False)
