"""The rows of the tables on the page: their cells, colours and caveats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.analysis.comparisons import Comparison
from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report.caveats import Caveat, common_tail_caveats, rate_caveats, tail_caveats
from benchmarks.report.columns import INVALID, NO_VALUE, comparison_verdict, figure, interval_text, verdict_text
from benchmarks.report.findings import is_valid
from benchmarks.report.labels import load_label, subject_label
from benchmarks.settings import Settings


@dataclass(frozen=True)
class Datum:
    """A cell. `kind` is its CSS class, which determines the colour."""

    text: str
    kind: str = ""
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row: its labels and the other cells. `kind` is the CSS class of the row."""

    scenario: str
    variant: str
    labels: list[str]
    data: list[Datum]
    kind: str = ""


def line(row: Row, summary: Summary, settings: Settings) -> Line:
    """Return a row of a part for the page."""
    labels = [row.scenario, subject_label(row.subject, settings)]
    if len(settings.loads) > 1:
        labels.append(load_label(row.load))
    is_invalid = row.scenario in summary.invalid
    data = [
        *_rate(row, summary, settings),
        *_latency(row, settings),
        *_cost(row, summary, settings),
        *_memory(row),
    ]
    return Line(row.scenario, row.subject.variant, labels, data, "invalid" if is_invalid else "")


def has_control(summary: Summary) -> bool:
    """Return whether the part has A/A controls: its subjects have two turns in a round."""
    return bool(summary.controls)


def _rate(row: Row, summary: Summary, settings: Settings) -> Iterator[Datum]:
    is_rejected = (row.scenario, row.load, row.subject) in summary.rejected
    yield Datum(figure(row.per_second), "rejected" if is_rejected else "", rate_caveats(row, summary))
    yield from _ratio(row, "rate", summary, settings)
    yield Datum(row.bottleneck)
    yield Datum(f"{row.errors} {INVALID}" if row.scenario in summary.invalid else str(row.errors))


def _latency(row: Row, settings: Settings) -> Iterator[Datum]:
    yield from (Datum(figure(value)) for value in (row.p50, row.p95))
    common = common_tail_caveats(settings)
    yield Datum(figure(row.p99), "", tuple(each for each in tail_caveats(row) if each not in common))
    if any(load.is_open for load in settings.loads):
        yield from (Datum(f"{share:.1%}" if row.load.is_open else NO_VALUE) for share in (row.late, row.dropped))


def _cost(row: Row, summary: Summary, settings: Settings) -> Iterator[Datum]:
    yield Datum(figure(row.server_cpu))
    yield from _ratio(row, "cpu", summary, settings)
    yield from (Datum(_optional(value, figure)) for value in (row.database_cpu, row.generator_cpu))
    yield Datum(_optional(row.statements, "{:.1f}".format))


def _memory(row: Row) -> Iterator[Datum]:
    yield Datum(f"{row.peak_rss / 1e6:.0f}")
    yield Datum(figure(row.cold_start))


def _ratio(row: Row, measure: str, summary: Summary, settings: Settings) -> Iterator[Datum]:
    """Yield the cells of ratio, A/A ratio and verdict. A baseline has an A/A ratio only."""
    key = (row.scenario, row.load, row.subject)
    found = (each for each in summary.comparisons if (each.scenario, each.load, each.subject) == key)
    comparison = next((each for each in found if measure in each.contrasts), None)
    kind = kind_of(comparison, measure, comparison.contrasts[measure], summary) if comparison else "same"
    yield (
        Datum(interval_text(comparison.contrasts[measure].ratio), f"ratio {kind}")
        if comparison
        else Datum(NO_VALUE, "same")
    )
    if has_control(summary):
        controls = (each for each in summary.controls if (each.scenario, each.load, each.subject) == key)
        control: float | None = getattr(next(controls, None), measure, None)
        yield Datum(_optional(control, "{:.2f}".format), "same")
    yield Datum(_verdict(comparison, measure, kind, settings), f"verdict {kind}") if comparison else Datum("")


def kind_of(each: Comparison, measure: str, contrast: Contrast, summary: Summary) -> str:
    """Return the CSS class of a ratio: "invalid", "rejected", or by its verdict "better", "worse" or "same"."""
    if each.scenario in summary.invalid:
        return "invalid"
    if not is_valid(each, measure, summary):
        return "rejected"
    better = Verdict.HIGHER if measure == "rate" else Verdict.LOWER
    if contrast.verdict.is_difference:
        return "better" if contrast.verdict is better else "worse"
    return "same"


def _verdict(each: Comparison, measure: str, kind: str, settings: Settings) -> str:
    if kind in {"invalid", "rejected"}:
        return INVALID if kind == "invalid" else kind
    if each.subject.size != each.baseline.size:
        return verdict_text(each.contrasts[measure], Verdict.HIGHER.value, Verdict.LOWER.value)
    return comparison_verdict(each, measure, settings)


def _optional(value: float | None, format_value: Callable[[float], str]) -> str:
    return NO_VALUE if value is None else format_value(value)
