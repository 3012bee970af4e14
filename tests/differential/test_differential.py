"""Random sequences of requests have corresponding responses and rows in both implementations."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.differential.correspondence import Difference
from tests.differential.implementation_pairs import ImplementationPair, SeparateDatabases, SharedDatabase
from tests.differential.shrinking import difference_of, shrink
from tests.differential.state_machine import Sequence
from tests.differential.steps import Document, Step, as_yaml

# Long enough to create products and ship orders, short enough to shrink.
STEPS_PER_SEQUENCE = 25
REGRESSIONS = [
    pytest.param(case, id=case["id"])
    for path in sorted((Path(__file__).parent / "regressions").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def compare_random_sequences(pair: ImplementationPair, config: pytest.Config) -> None:
    """Send random sequences until there were enough steps. Fails with a shrunk sequence that shows a difference."""
    step_count, number = config.option.differential_steps, config.option.differential_seed
    bound = type("BoundSequence", (Sequence,), {"pair": pair})
    pair.step_count = 0
    while pair.step_count < step_count:
        sent: list[Step] = []
        try:
            run_state_machine_as_test(seed(number)(bound), settings=_settings(step_count - pair.step_count))
        except Difference:
            sent = pair.sent
        if sent:
            pytest.fail(_failure_message(pair, shrink(pair, sent), config), pytrace=False)
        number += 1


def _failure_message(pair: ImplementationPair, steps: list[Step], config: pytest.Config) -> str:
    again = f"--differential-seed {config.option.differential_seed}"
    case = as_yaml("name-of-the-case", "The behaviour that the sequence tests.", steps)
    advice = "After the fix, add the sequence to a file in tests/differential/regressions/:"
    return f"{difference_of(pair, steps)}\n({again})\n\n{advice}\n\n{case}"


def _settings(steps: int) -> settings:
    return settings(
        max_examples=-(-steps // STEPS_PER_SEQUENCE),
        stateful_step_count=STEPS_PER_SEQUENCE,
        # `shrink` shrinks sequences, because it knows the references between steps.
        phases=[Phase.generate],
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )


def test_random_sequences_with_separate_databases_give_corresponding_results(
    separate_databases: SeparateDatabases, pytestconfig: pytest.Config
) -> None:
    compare_random_sequences(separate_databases, pytestconfig)


def test_random_sequences_with_a_shared_database_give_identical_responses(
    shared_database: SharedDatabase, pytestconfig: pytest.Config
) -> None:
    compare_random_sequences(shared_database, pytestconfig)


@pytest.mark.parametrize("case", REGRESSIONS)
def test_recorded_sequences_show_no_difference(
    case: Document, separate_databases: SeparateDatabases, shared_database: SharedDatabase
) -> None:
    steps = [Step.from_document(step) for step in case["steps"]]
    alternating = [replace(step, writer=number % 2) for number, step in enumerate(steps)]
    for pair, sequence in ((separate_databases, steps), (shared_database, steps), (shared_database, alternating)):
        assert difference_of(pair, sequence) is None
