"""Computes a part's tables from its raw results: rows, comparisons, and what is invalid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.analysis.comparisons import Comparison, Control, comparison, control, is_whole
from benchmarks.analysis.rows import Row, by_round, flat, row
from benchmarks.cells import Cell, Load
from benchmarks.results import Part, Results, Run
from benchmarks.settings import Subject


@dataclass(frozen=True)
class Summary:
    """A part's tables. `invalid` has the reasons why a scenario is invalid, `rejected` why its rates are."""

    part: str
    rounds: int
    rows: list[Row] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    invalid: dict[str, list[str]] = field(default_factory=dict)
    rejected: dict[tuple[str, Load, Subject], str] = field(default_factory=dict)

    def row(self, scenario: str, load: Load, subject: Subject) -> Row | None:
        """The row of a scenario under a load on a subject, where it was measured."""
        wanted = (scenario, load, subject)
        return next((row for row in self.rows if (row.scenario, row.load, row.subject) == wanted), None)


def summaries(results: Results) -> list[Summary]:
    """Return a summary for each part of a run."""
    ceilings = [session["generator"]["per_second"] for session in results.sessions if session.get("generator")]
    return [summarise(part, ceiling=min(ceilings, default=None)) for part in results.parts]


def summarise(part: Part, *, ceiling: float | None = None) -> Summary:
    """Rows and comparisons of the rounds that are finished; `ceiling` is the generator's own requests per second."""
    runs = part.finished_runs()
    summary = Summary(part.name, rounds=len(part.finished_rounds()))
    for scenario in part.settings.scenarios:
        if problem := part.gate.get(scenario):
            summary.invalid[scenario] = [f"verification: {problem}"]
        elif runs:
            for load in dict.fromkeys(part.settings.loads):
                _add(summary, part, scenario, load, runs, ceiling)
    return summary


def _add(summary: Summary, part: Part, scenario: str, load: Load, runs: Sequence[Run], ceiling: float | None) -> None:
    found = {subject: by_round(runs, subject, scenario, load) for subject in part.settings.subjects}
    if problems := [why for run in runs if (why := _why(run, scenario, load))]:
        summary.invalid.setdefault(scenario, []).extend(problems)
    there = {subject: rounds for subject, rounds in found.items() if any(flat(rounds))}
    for subject, rounds in there.items():
        measured = row(part, scenario, load, subject, rounds, runs)
        summary.rows.append(measured)
        if ceiling is not None and not load.is_open and measured.per_second > ceiling / 2:
            summary.rejected[scenario, load, subject] = (
                f"{measured.per_second:,.0f} requests/s are more than half of what the generator can do "
                f"({ceiling:,.0f})"
            )
    _compare(summary, part, {subject: rounds for subject, rounds in there.items() if is_whole(rounds)})


def _compare(summary: Summary, part: Part, rounds: Mapping[Subject, Sequence[Sequence[Cell]]]) -> None:
    controls = {subject: found for subject, cells in rounds.items() if (found := control(subject, cells))}
    summary.controls.extend(controls.values())
    for subject, cells in rounds.items():
        baseline = part.settings.baseline(subject)
        if subject != baseline and baseline in rounds and len(cells) == len(rounds[baseline]):
            both = [controls[each] for each in (subject, baseline) if each in controls]
            summary.comparisons.append(comparison(subject, baseline, rounds, both, summary.rounds))


def _why(run: Run, scenario: str, load: Load) -> str | None:
    """Return the errors of the scenario in this server run."""
    for cell in run.cells:
        if (cell.scenario, cell.load) == (scenario, load) and cell.errors:
            example = cell.examples[0] if cell.examples else "none kept"
            return f"{run.subject.variant}: {cell.errors} wrong answers, such as {example}"
    return None
