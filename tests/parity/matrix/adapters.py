"""How many lines each implementation spends on the contract rather than on the shop: those of its `common/`."""

from benchmarks.environment.lines_of_code import IMPLEMENTATIONS, lines_by_part, lines_of
from harness.paths import ROOT

TUTORIAL = {"tutorial-drf": "drf", "tutorial-fastapi": "fastapi_app"}


def lines_of_implementations() -> dict[str, dict[str, int]]:
    """For each column, the lines of its parts: `common`, the features, `config`; migrations do not count."""
    counts = {column: lines_by_part(implementation) for column, implementation in IMPLEMENTATIONS.items()}
    for column, folder in TUTORIAL.items():
        counts[column] = {"the whole app": lines_of((ROOT / "tests" / "parity" / "tutorial" / folder).glob("*.py"))}
    return counts
