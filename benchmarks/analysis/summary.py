"""Computes the tables of a part from its raw results: rows, comparisons, and invalid scenarios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.analysis.comparisons import Comparison, Control, comparison, control, have_responses
from benchmarks.analysis.rows import Row, by_round, flatten, row
from benchmarks.cells import Cell, Load
from benchmarks.results import Part, Results, Run
from benchmarks.settings import Subject


@dataclass(frozen=True)
class Summary:
    """The tables of a part.

    `invalid` has the reasons for each scenario that is invalid, `rejected` the reason for each rate that is rejected.
    """

    part: str
    rounds: int
    rows: list[Row] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    invalid: dict[str, list[str]] = field(default_factory=dict)
    rejected: dict[tuple[str, Load, Subject], str] = field(default_factory=dict)

    def row(self, scenario: str, load: Load, subject: Subject) -> Row | None:
        """Return the row of a scenario under a load on a subject, None if it was not measured."""
        wanted = (scenario, load, subject)
        return next((row for row in self.rows if (row.scenario, row.load, row.subject) == wanted), None)


def summaries(results: Results) -> list[Summary]:
    """Return a summary for each part of a run."""
    ceilings = [session["generator"]["per_second"] for session in results.sessions if session.get("generator")]
    return [summarise(part, ceiling=min(ceilings, default=None)) for part in results.parts]


def summarise(part: Part, *, ceiling: float | None = None) -> Summary:
    """Compute the summary of a part's finished rounds.

    `ceiling` is the highest rate of the generator. Rates of closed load above half of it are rejected.
    """
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
    cells = {subject: by_round(runs, subject, scenario, load) for subject in part.settings.subjects}
    if errors := [error for run in runs if (error := _errors(run, scenario, load))]:
        summary.invalid.setdefault(scenario, []).extend(errors)
    measured_subjects = {subject: rounds for subject, rounds in cells.items() if any(flatten(rounds))}
    for subject, rounds in measured_subjects.items():
        measured = row(part, scenario, load, subject, rounds, runs)
        summary.rows.append(measured)
        if ceiling is not None and not load.is_open and measured.per_second > ceiling / 2:
            summary.rejected[scenario, load, subject] = (
                f"{measured.per_second:,.0f} requests/s are more than half of the generator's highest rate "
                f"({ceiling:,.0f})"
            )
    comparable = {subject: rounds for subject, rounds in measured_subjects.items() if have_responses(rounds)}
    _compare(summary, part, comparable)


def _compare(summary: Summary, part: Part, rounds: Mapping[Subject, Sequence[Sequence[Cell]]]) -> None:
    controls = {subject: ratios for subject, cells in rounds.items() if (ratios := control(subject, cells))}
    summary.controls.extend(controls.values())
    for subject, cells in rounds.items():
        baseline = part.settings.baseline(subject)
        if subject != baseline and baseline in rounds and len(cells) == len(rounds[baseline]):
            both = [controls[each] for each in (subject, baseline) if each in controls]
            summary.comparisons.append(comparison(subject, baseline, rounds, both, summary.rounds))


def _errors(run: Run, scenario: str, load: Load) -> str | None:
    """Describe the errors of the scenario in this server run, None if there are none."""
    for cell in run.cells:
        if (cell.scenario, cell.load) == (scenario, load) and cell.errors:
            example = cell.examples[0] if cell.examples else "not recorded"
            return f"{run.subject.variant}: {cell.errors} wrong responses, for example {example}"
    return None
