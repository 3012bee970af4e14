"""How many lines each wing spends on the contract rather than on the shop: its `common/`, which no feature needs."""

from benchmarks.lines import WINGS, lines_by_part, lines_of
from harness.paths import ROOT

STOCK = {"stock-drf": "drf", "stock-fastapi": "fastapi_app"}


def lines_of_wings() -> dict[str, dict[str, int]]:
    """For each column, the lines of its parts: `common`, the features, `config`; migrations do not count."""
    counts = {column: lines_by_part(wing) for column, wing in WINGS.items()}
    for column, folder in STOCK.items():
        counts[column] = {"the whole app": lines_of((ROOT / "tests" / "parity" / "stock" / folder).glob("*.py"))}
    return counts
