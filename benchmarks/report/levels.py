"""The levels of the main table: how much was tuned, and how the servers run. A part of the run measures a level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.analysis.comparisons import Comparison
from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.cells import Load
from benchmarks.report.findings import is_valid
from benchmarks.report.labels import side_label
from benchmarks.results import Part, Results
from benchmarks.settings import DEFAULT_VARIANTS, TUTORIAL_VARIANTS, Subject


@dataclass(frozen=True)
class Level:
    """A level. `name` is for tables, `clause` begins sentences."""

    name: str
    clause: str
    meaning: str


ONE_CPU = Level(
    "one CPU",
    "Tuned, on one CPU",
    "the implementations of this repository, one worker process, pinned to CPUs of its own if the machine has some",
)
DEPLOYED = Level(
    "deployed",
    "Tuned, as deployed",
    "the implementations of this repository, a worker process for each CPU, not pinned",
)
TUTORIAL = Level(
    "tutorial",
    "As the frameworks' tutorials write it",
    "the same endpoints as the frameworks' own tutorials write them",
)
THIS_RUN = Level("this run", "In this run", "the variants and workers of this run")
LEVELS = (ONE_CPU, DEPLOYED, TUTORIAL, THIS_RUN)


@dataclass(frozen=True)
class Pair:
    """A subject and its baseline at a level. `sides` are their names, the baseline first."""

    level: Level
    part: Part
    summary: Summary
    baseline: Subject
    subject: Subject

    @property
    def sides(self) -> tuple[str, str]:
        """The names of both, the baseline first."""
        return side_label(self.baseline, self.part.settings), side_label(self.subject, self.part.settings)

    @property
    def closed(self) -> Load | None:
        """The first closed load of the part."""
        return next((load for load in self.part.settings.loads if not load.is_open), None)

    @property
    def users_per_worker(self) -> float | None:
        """The users of closed load for each worker process, None without closed load."""
        return None if self.closed is None else (self.closed.users or 0) / self.subject.workers

    @property
    def open(self) -> Load | None:
        """The first open load of the part."""
        return next((load for load in self.part.settings.loads if load.is_open), None)

    def rows(self, scenario: str, load: Load | None) -> tuple[Row | None, Row | None]:
        """Return the rows of baseline and subject."""
        if load is None:
            return None, None
        return self.summary.row(scenario, load, self.baseline), self.summary.row(scenario, load, self.subject)

    def comparison(self, scenario: str, load: Load | None) -> Comparison | None:
        """Return the comparison of both, None if there is none."""
        key = (scenario, load, self.subject, self.baseline)
        found = (each for each in self.summary.comparisons if _key(each) == key)
        return next(found, None)

    def contrast(self, scenario: str, measure: str) -> Contrast | None:
        """Return a valid ratio, None if there is none: "rate" and "cpu" of closed load, "p50" and "p99" of open."""
        each = self.comparison(scenario, self.open if measure in {"p50", "p99"} else self.closed)
        return each.contrasts.get(measure) if each and is_valid(each, measure, self.summary) else None

    @property
    def has_too_few_rounds(self) -> bool:
        """Whether the part has too few rounds for verdicts. Then no sentence claims anything about it."""
        own = [each for each in self.summary.comparisons if each.subject == self.subject]
        verdicts = [contrast.verdict for each in own for contrast in each.contrasts.values()]
        return Verdict.TOO_FEW_ROUNDS in verdicts


def level_of(part: Part) -> Level | None:
    """Return the level that a part measures, None if it measures none."""
    if part.name != "main":
        return {"deployed": DEPLOYED, "tutorial": TUTORIAL}.get(part.name)
    # A run of one part has this name whatever its options choose.
    variants = {*part.settings.variants}
    if variants <= {*TUTORIAL_VARIANTS}:
        return TUTORIAL
    return ONE_CPU if variants <= {*DEFAULT_VARIANTS} and part.settings.workers == (1,) else THIS_RUN


def pairs(results: Results, summaries: Sequence[Summary]) -> list[Pair]:
    """Return the pairs of all levels that the run has. Parts with several sizes of the data set are not levels."""
    return [
        pair
        for level in LEVELS
        for part, summary in zip(results.parts, summaries, strict=True)
        if level_of(part) is level and len(part.settings.sizes) == 1
        for pair in _pairs(level, part, summary)
    ]


def _pairs(level: Level, part: Part, summary: Summary) -> Iterator[Pair]:
    for subject in part.settings.subjects:
        baseline = part.settings.baseline(subject)
        if subject != baseline:
            yield Pair(level, part, summary, baseline, subject)


def _key(each: Comparison) -> tuple[str, Load, Subject, Subject]:
    return each.scenario, each.load, each.subject, each.baseline
