"""Count the lines of code of the implementations and of the tutorial shops."""

from benchmarks.environment.lines_of_code import IMPLEMENTATIONS, lines_by_part, lines_of
from harness.paths import ROOT

TUTORIAL = {"tutorial-django": "django_shop", "tutorial-fastapi": "fastapi_shop"}


def count_lines() -> dict[str, dict[str, int]]:
    """Return for each column the lines of its parts: `common`, `config` and the features. Migrations are excluded."""
    counts = {column: lines_by_part(implementation) for column, implementation in IMPLEMENTATIONS.items()}
    for column, folder in TUTORIAL.items():
        counts[column] = {"the whole app": lines_of((ROOT / "tutorial_impl" / folder).glob("*.py"))}
    return counts
