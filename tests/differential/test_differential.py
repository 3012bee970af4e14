"""Nobody can tell from any answer, or from any row, which implementation it was."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.differential.correspondence import Difference
from tests.differential.machine import Sequence
from tests.differential.pair import OneShop, Pair, TwoShops
from tests.differential.reduction import difference_of, reduced
from tests.differential.steps import Kept, Step, as_case

# Long enough for a catalogue to grow and orders to age, short enough to shrink.
STEPS_OF_A_SEQUENCE = 25
KEPT = [
    pytest.param(case, id=case["id"])
    for path in sorted((Path(__file__).parent / "kept").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def tell_apart(pair: Pair, config: pytest.Config) -> None:
    """Generate sequences until there were enough steps. Fails with the shortest one that shows a difference."""
    wanted, number = config.option.differential_steps, config.option.differential_seed
    bound = type("BoundSequence", (Sequence,), {"pair": pair})
    pair.steps = 0
    while pair.steps < wanted:
        asked: list[Step] = []
        try:
            run_state_machine_as_test(seed(number)(bound), settings=_settings(wanted - pair.steps))
        except Difference:
            asked = pair.asked
        if asked:
            pytest.fail(_told(pair, reduced(pair, asked), config), pytrace=False)
        number += 1


def _told(pair: Pair, steps: list[Step], config: pytest.Config) -> str:
    again = f"--differential-seed {config.option.differential_seed}"
    case = as_case("name-it", "Say what must hold.", steps)
    return (
        f"{difference_of(pair, steps)}\n({again})\n\nWhen it is fixed, keep it in tests/differential/kept/:\n\n{case}"
    )


def _settings(steps: int) -> settings:
    return settings(
        max_examples=-(-steps // STEPS_OF_A_SEQUENCE),
        stateful_step_count=STEPS_OF_A_SEQUENCE,
        # What tells the implementations apart is made shorter by `reduced`, which knows what a step is.
        phases=[Phase.generate],
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )


def test_random_sequences_with_separate_databases_give_corresponding_results(
    two_shops: TwoShops, pytestconfig: pytest.Config
) -> None:
    tell_apart(two_shops, pytestconfig)


def test_random_sequences_with_a_shared_database_give_identical_responses(
    one_shop: OneShop, pytestconfig: pytest.Config
) -> None:
    tell_apart(one_shop, pytestconfig)


@pytest.mark.parametrize("case", KEPT)
def test_recorded_sequences_show_no_difference(case: Kept, two_shops: TwoShops, one_shop: OneShop) -> None:
    steps = [Step.read(step) for step in case["steps"]]
    in_turns = [replace(step, writer=number % 2) for number, step in enumerate(steps)]
    for pair, sequence in ((two_shops, steps), (one_shop, steps), (one_shop, in_turns)):
        assert difference_of(pair, sequence) is None
