"""Write docs/parity.md from the recorded results."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from harness.paths import ROOT
from tests.parity.cases import case_files
from tests.parity.report.record import Record
from tests.parity.verdicts import COLUMNS

PAGE = ROOT / "docs" / "parity.md"
CASES = "parity-cases.md"
IMPLEMENTATIONS = ("django", "fastapi")
_TEMPLATE = Template((Path(__file__).parent / "page.md").read_text(encoding="utf-8"))
_ENVIRONMENT = (
    "The numbers were measured on {date} at commit `{commit}`, with {cpus} processors ({cpu}), {python}, "
    "Django {django}, Django REST framework {djangorestframework}, FastAPI {fastapi}, PostgreSQL {postgresql}."
)
_MUTANTS_NOT_RUN = (
    "`make mutants` changes the source of an implementation, one change at a time, and counts how many changes the "
    "contract tests detect. It had not been run when this page was written."
)
_MUTANTS_RUN = (
    "`make mutants` made {total} changes to the source of the implementations, one at a time. The contract tests "
    "detected **{killed} of {total}**, {rate:.1%}.{survivors}"
)


def rendered(record: Record) -> str:
    """Return the whole page as Markdown."""
    lines = record["lines"]
    return _TEMPLATE.substitute(
        environment=_ENVIRONMENT.format(**record["made"]),
        groups=_groups(record["corpus"]),
        rules=_rules(record["corpus"]),
        tutorial_django=sum(lines["tutorial-django"].values()),
        tutorial_fastapi=sum(lines["tutorial-fastapi"].values()),
        lines=_lines(lines),
        random=_random(record),
        statements=_statements(record["statements"]),
        mutants=_mutants(record.get("mutants")),
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """Return a Markdown table. The first `texts` columns are aligned left, the others right, for numbers."""
    rule = ["---" if index < texts else "---:" for index in range(len(header))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *rows]) + "\n"


def anchor(group: str) -> str:
    """Return the HTML id of a group's heading."""
    return re.sub(r"[^a-z0-9]+", "-", group.lower())


def totals(groups: Mapping[str, Mapping[str, list[int]]]) -> dict[str, list[int]]:
    """Return the sums of the counts of all groups, for each column."""
    return {
        column: [sum(counts) for counts in zip(*(one[column] for one in groups.values()), strict=True)]
        for column in COLUMNS
    }


def _groups(groups: Mapping[str, Mapping[str, list[int]]]) -> str:
    rows = [_row(f"[{group}]({CASES}#{anchor(group)})", columns) for group, columns in groups.items()]
    last = [f"**{cell}**" for cell in _row("all", totals(groups))]
    return table(["group", "cases", *COLUMNS.values()], [*rows, last])


def _row(name: str, columns: Mapping[str, list[int]]) -> list[str]:
    cells = [
        str(counts[-1]) if column in IMPLEMENTATIONS else " / ".join(map(str, counts[1:-1]))
        for column, counts in columns.items()
    ]
    return [name, str(columns["django"][0]), *cells]


def _rules(groups: Mapping[str, object]) -> str:
    rules = {content["group"]: content["about"] for _, content in case_files()}
    return "\n".join(f"    - **{group}**: {rules[group]}" for group in groups if group in rules)


def _lines(lines: Mapping[str, Mapping[str, int]]) -> str:
    parts = sorted(
        {part for implementation in IMPLEMENTATIONS for part in lines[implementation]},
        key=lambda part: (part != "common", part),
    )
    rows = [
        [f"`{part}/`", *(str(lines[implementation].get(part, 0)) for implementation in IMPLEMENTATIONS)]
        for part in parts
    ]
    rows.append(["**all**", *(f"**{sum(lines[implementation].values())}**" for implementation in IMPLEMENTATIONS)])
    return table(["part", "Django implementation", "FastAPI implementation"], rows)


def _random(record: Record) -> str:
    rows = []
    if run := record.get("differential"):
        rows.append(
            [
                f"differential: {run['steps']:,} steps with separate databases, {run['steps']:,} with a shared one",
                *_outcome(run),
            ]
        )
    if run := record.get("generative"):
        rows.append(
            [
                f"Schemathesis: all phases, up to {run['examples']} examples of each operation, for each role",
                *_outcome(run),
            ]
        )
    return (
        table(["tests", "passed", "seed"], rows, 3)
        if rows
        else "These tests had not been run when this page was written.\n"
    )


def _outcome(run: Record) -> list[str]:
    return [f"{run['tests'] - run['failed']} of {run['tests']}", f"`--differential-seed {run['seed']}`"]


def _statements(costs: Mapping[str, Mapping[str, list[int]]]) -> str:
    rows = [[name, *(_cost(one[implementation]) for implementation in IMPLEMENTATIONS)] for name, one in costs.items()]
    return table(["request", "Django implementation", "FastAPI implementation"], rows)


def _cost(cost: Sequence[int]) -> str:
    queries, transaction, round_trips = cost
    return f"{queries} + {transaction} ({round_trips})"


def _mutants(score: Record | None) -> str:
    if not score:
        return _MUTANTS_NOT_RUN
    rows = [[f"`{one['id']}`", one["breaks"], one["why"]] for one in score["survivors"]]
    survivors = "\n\n" + table(["mutant", "what it breaks", "why no test detects it"], rows, 3).rstrip() if rows else ""
    return _MUTANTS_RUN.format(**score | {"rate": score["killed"] / score["total"], "survivors": survivors})
