"""Computes the tables of a part from its raw results: rows, comparisons, and invalid scenarios."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.analysis.comparisons import Comparison, Control, Pair, compare, control, have_responses
from benchmarks.analysis.overall import Overall, overall
from benchmarks.analysis.power import run_noise
from benchmarks.analysis.rows import Rounds, Row, by_round, flatten, row
from benchmarks.cells import Load
from benchmarks.results import Part, Results, Run
from benchmarks.settings import Subject

# Rates above this share of the row's ceiling are rejected: the generator may have limited them.
MAX_SHARE_OF_CEILING = 0.5


@dataclass(frozen=True)
class Summary:
    """The tables of a part.

    `invalid` has the reasons for each scenario that is invalid, `rejected` the reason for each rate that is rejected.
    `noise` is that of one run, by measure: the standard deviation of the logarithm.
    """

    part: str
    rounds: int
    rows: list[Row] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    overall: list[Overall] = field(default_factory=list)
    noise: dict[str, float] = field(default_factory=dict)
    invalid: dict[str, list[str]] = field(default_factory=dict)
    rejected: dict[tuple[str, Load, Subject], str] = field(default_factory=dict)

    def row(self, scenario: str, load: Load, subject: Subject) -> Row | None:
        """Return the row of a scenario under a load on a subject, None if it was not measured."""
        wanted = (scenario, load, subject)
        return next((row for row in self.rows if (row.scenario, row.load, row.subject) == wanted), None)


def summaries(results: Results) -> list[Summary]:
    """Return a summary for each part of a run."""
    return [summarise(part) for part in results.parts]


def summarise(part: Part) -> Summary:
    """Compute the summary of a part's finished rounds.

    Rates of closed load above half of the row's ceiling are rejected.
    """
    runs = part.finished_runs()
    summary = Summary(part.name, rounds=len(part.finished_rounds()))
    pairs: list[Pair] = []
    for scenario in part.settings.scenarios:
        if problem := part.gate.get(scenario):
            summary.invalid[scenario] = [f"verification: {problem}"]
        elif runs:
            for load in dict.fromkeys(part.settings.loads):
                pairs += _add(summary, part, scenario, load, runs)
    summary.comparisons.extend(compare(pairs))
    summary.noise.update(run_noise(part))
    summary.overall.extend(overall(_closed(pairs, summary)))
    return summary


def _add(summary: Summary, part: Part, scenario: str, load: Load, runs: Sequence[Run]) -> list[Pair]:
    """Add the rows and controls of a scenario under a load. Return the pairs of subjects that are compared."""
    cells = {subject: by_round(runs, subject, scenario, load) for subject in part.settings.subjects}
    if errors := [error for run in runs if (error := _errors(run, scenario, load))]:
        summary.invalid.setdefault(scenario, []).extend(errors)
    measured_subjects = {subject: rounds for subject, rounds in cells.items() if flatten(rounds)}
    for subject, rounds in measured_subjects.items():
        measured = row(part, scenario, load, subject, rounds)
        summary.rows.append(measured)
        ceiling = measured.ceiling
        if ceiling is not None and not load.is_open and measured.per_second > MAX_SHARE_OF_CEILING * ceiling:
            summary.rejected[scenario, load, subject] = (
                f"{measured.per_second:,.0f} requests/s are more than half of the {ceiling:,.0f} that the generator "
                "can reach, computed from its CPU per request in this row or in the replay of the recorded "
                "responses, whichever is higher"
            )
    comparable = {subject: rounds for subject, rounds in measured_subjects.items() if have_responses(rounds)}
    controls = [control(subject, rounds) for subject, rounds in comparable.items()]
    summary.controls.extend(each for each in controls if each)
    return list(_pairs(part, comparable))


def _pairs(part: Part, rounds: Mapping[Subject, Rounds]) -> Iterator[Pair]:
    for subject, own in rounds.items():
        baseline = part.settings.baseline(subject)
        if subject != baseline and baseline in rounds and len(own) == len(rounds[baseline]):
            yield Pair(subject, baseline, own, rounds[baseline])


def _closed(pairs: Sequence[Pair], summary: Summary) -> dict[str, list[Pair]]:
    """Return the valid pairs by scenario, under the first closed load of each."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        first = flatten(pair.own)[0]
        some = found.setdefault(first.scenario, [])
        is_new = (pair.subject, pair.baseline) not in [(each.subject, each.baseline) for each in some]
        if is_new and not first.load.is_open and first.scenario not in summary.invalid:
            some.append(pair)
    return found


def _errors(run: Run, scenario: str, load: Load) -> str | None:
    """Describe the errors of the scenario in this server run, None if there are none."""
    for cell in run.cells:
        if (cell.scenario, cell.load) == (scenario, load) and cell.errors:
            example = cell.examples[0] if cell.examples else "not recorded"
            return f"{run.subject.variant}: {cell.errors} wrong responses, for example {example}"
    return None
