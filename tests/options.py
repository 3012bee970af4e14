"""Options of the tests that think up requests themselves: how many, and from which seed."""

import os

import pytest

STEPS = 250
EXAMPLES = 5
# Always the same, so that a run says something of the implementations and nothing of luck; `make parity` draws others.
SEED = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("random", "requests that the tests think up")
    group.addoption(
        "--differential-steps",
        type=int,
        default=STEPS,
        help="steps of the sequences that go to both implementations (%(default)s)",
    )
    group.addoption(
        "--schemathesis-examples", type=int, default=EXAMPLES, help="examples of each operation and phase (%(default)s)"
    )
    group.addoption(
        "--differential-seed",
        type=int,
        default=os.environ.get("DIFFERENTIAL_SEED", SEED),
        help="seed of all of them; also DIFFERENTIAL_SEED (%(default)s)",
    )


def pytest_report_header(config: pytest.Config) -> str:
    return f"random requests: --differential-seed {config.option.differential_seed}"
