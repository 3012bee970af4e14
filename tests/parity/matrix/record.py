"""What was measured last: kept beside the code, so that the page can be rendered, and checked, without measuring."""

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
    """What was measured last; empty where nothing was."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def write_record(record: Record) -> None:
    """Keep it."""
    FILE.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def counted(found: Mapping[str, Sequence[Verdict]]) -> dict[str, dict[str, list[int]]]:
    """For each group and column: cases; those alike in kind (2xx, 4xx); in status; in body as well; altogether."""
    groups: dict[str, dict[str, list[int]]] = {}
    for column, verdicts in found.items():
        for group, cases in Counter(one.group for one in verdicts).items():
            own = [one for one in verdicts if one.group == group]
            right = [
                sum(getattr(one, kind) for one in own) for kind in ("same_kind", "same_status", "same_body", "same")
            ]
            groups.setdefault(group, {})[column] = [cases, *right]
    return dict(sorted(groups.items()))


def mutation_score() -> Record | None:
    """What `make mutants` found; None where it has not run here."""
    if not MUTANTS.exists():
        return None
    content = json.loads(MUTANTS.read_text(encoding="utf-8"))
    left = [one for one in content.get("trials", ()) if one["verdict"] != "killed"]
    return {
        "total": content.get("total", content.get("mutants")),
        "killed": content["killed"],
        "survivors": [{key: one[key] for key in ("id", "breaks", "why")} for one in left],
    }
