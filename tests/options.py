"""Options of the tests that think up requests themselves: how many, and from which seed."""

import os
import secrets

import pytest

STEPS = 250
EXAMPLES = 5


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("random", "requests that the tests think up")
    group.addoption(
        "--differential-steps",
        type=int,
        default=STEPS,
        help="steps of the sequences that go to both wings (%(default)s)",
    )
    group.addoption(
        "--schemathesis-examples", type=int, default=EXAMPLES, help="examples of each operation and phase (%(default)s)"
    )
    group.addoption(
        "--differential-seed",
        type=int,
        default=os.environ.get("DIFFERENTIAL_SEED"),
        help="seed of all of them, to repeat a run; also DIFFERENTIAL_SEED (a new one)",
    )


def pytest_configure(config: pytest.Config) -> None:
    # The workers of pytest-xdist get the options of the process that started them, so this one's seed.
    if config.option.differential_seed is None:
        config.option.differential_seed = secrets.randbits(32)


def pytest_report_header(config: pytest.Config) -> str:
    return f"random requests: --differential-seed {config.option.differential_seed}"
