"""Command-line options of the tests that generate random requests: the number of requests, and the seed."""

import os

import pytest

STEPS = 250
EXAMPLES = 5
# Constant, so that each run tests the same requests. `make parity` uses other seeds.
SEED = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options to pytest."""
    group = parser.getgroup("random", "random requests")
    group.addoption(
        "--differential-steps",
        type=int,
        default=STEPS,
        help="number of steps in a random sequence of requests (%(default)s)",
    )
    group.addoption(
        "--schemathesis-examples",
        type=int,
        default=EXAMPLES,
        help="number of examples of each operation and phase (%(default)s)",
    )
    group.addoption(
        "--differential-seed",
        type=int,
        default=os.environ.get("DIFFERENTIAL_SEED", SEED),
        help="seed of all random requests, by default DIFFERENTIAL_SEED (%(default)s)",
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Print the seed at the start of a run."""
    return f"random requests: --differential-seed {config.option.differential_seed}"
