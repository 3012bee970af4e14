"""Read and write recorded.json, the results of the last run.

With it, docs/parity.md can be written and tested without a new run.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.paths import ROOT
from tests.parity.verdicts import Verdict

FILE = Path(__file__).parent / "recorded.json"
MUTANTS = ROOT / "results" / "mutants.json"

type Record = dict[str, Any]


def read_record() -> Record:
    """Return the recorded results, or an empty record if there are none."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def write_record(record: Record) -> None:
    """Write the results to recorded.json."""
    FILE.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def count_verdicts(verdicts: Mapping[str, Sequence[Verdict]]) -> dict[str, dict[str, list[int]]]:
    """Return five numbers for each group and column.

    They are: all cases, and those with the right kind (2xx or 4xx), status, body, and headers. Each includes the next.
    """
    groups: dict[str, dict[str, list[int]]] = {}
    for column, judged in verdicts.items():
        for group, cases in Counter(one.group for one in judged).items():
            own = [one for one in judged if one.group == group]
            right = [
                sum(getattr(one, kind) for one in own) for kind in ("same_kind", "same_status", "same_body", "same")
            ]
            groups.setdefault(group, {})[column] = [cases, *right]
    return dict(sorted(groups.items()))


def mutation_score() -> Record | None:
    """Return the result of `make mutants`, or None if it has not run on this machine."""
    if not MUTANTS.exists():
        return None
    content = json.loads(MUTANTS.read_text(encoding="utf-8"))
    survivors = [one for one in content.get("trials", ()) if one["verdict"] != "killed"]
    return {
        "total": content.get("total", content.get("mutants")),
        "killed": content["killed"],
        "survivors": [{key: one[key] for key in ("id", "breaks", "why")} for one in survivors],
    }
