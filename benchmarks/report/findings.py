"""Summarises a part's comparisons in sentences, by counting verdicts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.analysis.comparisons import Comparison, Contrast
from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report.labels import load_label, subject_label
from benchmarks.settings import Settings


@dataclass(frozen=True)
class Wording:
    """The words for one measure's ratios."""

    measure: str
    lead: str
    higher: str
    lower: str


RATE = Wording("rate", "Requests per second", "answers more than", "answers fewer than")
CPU = Wording("cpu", "Server CPU per request", "needs more than", "needs less than")


def findings(summary: Summary, settings: Settings) -> list[str]:
    """Sentences for each subject that has a baseline; none where nothing could be compared."""
    found: list[str] = []
    for subject in settings.subjects:
        own = [each for each in summary.comparisons if each.subject == subject]
        if own:
            found += [_sentence(wording, own, summary, settings) for wording in (RATE, CPU)]
    return found


def counts(each: Comparison, measure: str, summary: Summary) -> bool:
    """Whether the ratio is valid: no wrong responses, and no rate limited by the generator."""
    if each.scenario in summary.invalid:
        return False
    pair = [(each.scenario, each.load, subject) for subject in (each.subject, each.baseline)]
    return measure != "rate" or not any(key in summary.rejected for key in pair)


def _sentence(wording: Wording, own: Sequence[Comparison], summary: Summary, settings: Settings) -> str:
    counted = [each for each in own if counts(each, wording.measure, summary)]
    pair = (subject_label(own[0].subject, settings), subject_label(own[0].baseline, settings))
    told = "; ".join(_verdicts(wording, counted, settings, pair)) or f"{pair[0]} and {pair[1]} cannot be compared"
    missing = _named([each for each in own if each not in counted], settings)
    return f"{wording.lead}: {told}{'; not counted: ' if missing else ''}{missing}."


def _verdicts(
    wording: Wording, counted: Sequence[Comparison], settings: Settings, pair: tuple[str, str]
) -> Iterator[str]:
    by_verdict: dict[Verdict, list[Comparison]] = {}
    for each in counted:
        by_verdict.setdefault(_contrast(each, wording).verdict, []).append(each)
    for verdict, words in ((Verdict.HIGHER, wording.higher), (Verdict.LOWER, wording.lower)):
        if found := by_verdict.get(verdict):
            where = _where(found, counted, settings)
            yield f"{pair[0]} {words} {pair[1]} in {where}: {_span(found, wording)}"
    if same := by_verdict.get(Verdict.NO_DIFFERENCE):
        yield f"no difference in {_where(same, counted, settings)}"
    if few := by_verdict.get(Verdict.TOO_FEW_ROUNDS):
        yield f"too few rounds to tell {pair[0]} from {pair[1]} in {_where(few, counted, settings)}"


def _where(found: Sequence[Comparison], counted: Sequence[Comparison], settings: Settings) -> str:
    if len(found) == 1:
        return _named(found, settings)
    if len(found) == len(counted):
        return f"all {len(counted)}"
    number = f"{len(found)} of {len(counted)}"
    return f"{number} ({_named(found, settings)})" if len(found) <= 3 else number


def _span(found: Sequence[Comparison], wording: Wording) -> str:
    ratios = sorted(_contrast(each, wording).ratio.estimate for each in found)
    low, high = f"{ratios[0]:.2f}", f"{ratios[-1]:.2f}"
    return f"{low} times" if low == high else f"{low} to {high} times"


def _named(found: Sequence[Comparison], settings: Settings) -> str:
    has_loads = len(settings.loads) > 1
    names = [f"{each.scenario} at {load_label(each.load)}" if has_loads else each.scenario for each in found]
    return ", ".join(names)


def _contrast(each: Comparison, wording: Wording) -> Contrast:
    return each.rate if wording is RATE else each.cpu
