"""Summarises the comparisons of a part in sentences, by counting verdicts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from benchmarks.analysis.comparisons import Comparison
from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report.labels import load_label, subject_label
from benchmarks.settings import Settings, Subject


@dataclass(frozen=True)
class Wording:
    """The words for the ratios of one measure. `title` begins the sentence."""

    measure: str
    title: str
    higher: str
    lower: str


WORDINGS = (
    Wording("rate", "Requests per second", "handles more than", "handles fewer than"),
    Wording("p50", "Median latency of open load", "is slower than", "is faster than"),
    Wording("p99", "p99 of open load", "is slower than", "is faster than"),
    Wording("cpu", "Server CPU per request", "needs more than", "needs less than"),
)


def findings(summary: Summary, settings: Settings) -> list[str]:
    """Return a sentence for each measure of each subject that is compared with a baseline."""
    return [
        _sentence(wording, compared, summary, settings)
        for subject in settings.subjects
        for wording in WORDINGS
        if (compared := _compared(subject, wording, summary))
    ]


def _compared(subject: Subject, wording: Wording, summary: Summary) -> list[Comparison]:
    return [each for each in summary.comparisons if each.subject == subject and wording.measure in each.contrasts]


def is_valid(each: Comparison, measure: str, summary: Summary) -> bool:
    """Return whether a ratio is valid: there are no wrong responses, and its rates are not rejected."""
    if each.scenario in summary.invalid:
        return False
    pair = [(each.scenario, each.load, subject) for subject in (each.subject, each.baseline)]
    return measure != "rate" or not any(key in summary.rejected for key in pair)


def _sentence(wording: Wording, own: Sequence[Comparison], summary: Summary, settings: Settings) -> str:
    valid = [each for each in own if is_valid(each, wording.measure, summary)]
    pair = (subject_label(own[0].subject, settings), subject_label(own[0].baseline, settings))
    verdicts = "; ".join(_verdicts(wording, valid, settings, pair)) or f"{pair[0]} and {pair[1]} cannot be compared"
    excluded = _names([each for each in own if each not in valid], settings)
    return f"{wording.title}: {verdicts}{'; not counted: ' if excluded else ''}{excluded}."


def _verdicts(
    wording: Wording, valid: Sequence[Comparison], settings: Settings, pair: tuple[str, str]
) -> Iterator[str]:
    by_verdict: dict[Verdict, list[Comparison]] = {}
    for each in valid:
        by_verdict.setdefault(_contrast(each, wording).verdict, []).append(each)
    for verdict, words in ((Verdict.HIGHER, wording.higher), (Verdict.LOWER, wording.lower)):
        if some := by_verdict.get(verdict):
            where = _scenarios(some, valid, settings)
            yield f"{pair[0]} {words} {pair[1]} in {where}: {_range(some, wording)}"
    if same := by_verdict.get(Verdict.SAME):
        margin = max(_contrast(each, wording).same_within or 0.0 for each in same)
        yield f"both are the same within {margin:.0%} in {_scenarios(same, valid, settings)}"
    if undecided := by_verdict.get(Verdict.UNDECIDED):
        yield f"undecided in {_scenarios(undecided, valid, settings)}"
    if few := by_verdict.get(Verdict.TOO_FEW_ROUNDS):
        yield f"too few rounds to compare {pair[0]} with {pair[1]} in {_scenarios(few, valid, settings)}"


def _scenarios(some: Sequence[Comparison], valid: Sequence[Comparison], settings: Settings) -> str:
    if len(some) == 1:
        return _names(some, settings)
    if len(some) == len(valid):
        return f"all {len(valid)}"
    number = f"{len(some)} of {len(valid)}"
    return f"{number} ({_names(some, settings)})" if len(some) <= 3 else number


def _range(comparisons: Sequence[Comparison], wording: Wording) -> str:
    ratios = sorted(_contrast(each, wording).ratio.estimate for each in comparisons)
    low, high = (f"{ratio:.2f}" if isfinite(ratio) else "more than any number of" for ratio in (ratios[0], ratios[-1]))
    return f"{low} times" if low == high else f"{low} to {high} times"


def _names(comparisons: Sequence[Comparison], settings: Settings) -> str:
    has_loads = len(settings.loads) > 1
    names = [f"{each.scenario} at {load_label(each.load)}" if has_loads else each.scenario for each in comparisons]
    return ", ".join(names)


def _contrast(each: Comparison, wording: Wording) -> Contrast:
    return each.contrasts[wording.measure]
