"""The rows of the tables on the page: their cells, colours and caveats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.analysis.comparisons import Comparison
from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report.caveats import Caveat, common_tail_caveats, rate_caveats, tail_caveats
from benchmarks.report.columns import INVALID, NO_VALUE, comparison_verdict, figure, interval_text, verdict_text
from benchmarks.report.findings import is_valid
from benchmarks.report.labels import load_label, subject_label
from benchmarks.settings import Settings

_FIGURES: dict[str, Callable[[Row], float]] = {
    "rate": lambda row: row.per_second,
    "cpu": lambda row: row.server_cpu,
    "p99": lambda row: row.p99,
}


@dataclass(frozen=True)
class Datum:
    """A cell. `kind` is its CSS class, which determines the colour.

    A cell with a ratio has the figure of the row and, if it is not the baseline, the ratio. The page computes ratios to
    another baseline from these.
    """

    text: str
    kind: str = ""
    caveats: tuple[Caveat, ...] = ()
    figure: float | None = None
    ratio: Interval | None = None


@dataclass(frozen=True)
class Line:
    """A row: its labels and the other cells. `kind` is the CSS class of the row.

    Rows of the same `group` can be compared: they differ in their variant only. `first_group` is the group with the
    first number of threads: a variant without threads has rows in that group only.
    """

    scenario: str
    variant: str
    group: str
    first_group: str
    labels: list[str]
    data: list[Datum]
    kind: str = ""


def line(row: Row, summary: Summary, settings: Settings) -> Line:
    """Return a row of a part for the page. Its cells are those of `tables.columns`."""
    labels = [row.scenario, subject_label(row.subject, settings)]
    if len(settings.loads) > 1:
        labels.append(load_label(row.load))
    data = [*_cost(row, summary, settings), *_rate(row, summary, settings), *_latency(row, summary, settings)]
    data += _details(row, summary, settings)
    group, first_group = (_group(row, threads) for threads in (row.subject.threads, settings.threads[0]))
    kind = "invalid" if row.scenario in summary.invalid else ""
    return Line(row.scenario, row.subject.variant, group, first_group, labels, data, kind)


def _group(row: Row, threads: int) -> str:
    return f"{row.scenario} {row.load} {row.subject.workers} {row.subject.size} {threads}"


def has_tail_ratios(summary: Summary) -> bool:
    """Return whether p99 is compared."""
    return any("p99" in each.contrasts for each in summary.comparisons)


def has_concurrency(summary: Summary) -> bool:
    """Return whether latencies of closed load were measured, whose users may have been slowed."""
    return any(row.concurrency is not None for row in summary.rows)


def has_control(summary: Summary) -> bool:
    """Return whether the part has A/A controls: its subjects have two turns in a round."""
    return bool(summary.controls)


def _cost(row: Row, summary: Summary, settings: Settings) -> Iterator[Datum]:
    yield Datum(figure(row.server_cpu))
    yield from _ratio(row, "cpu", summary, settings)


def _rate(row: Row, summary: Summary, settings: Settings) -> Iterator[Datum]:
    is_rejected = (row.scenario, row.load, row.subject) in summary.rejected
    yield Datum(figure(row.per_second), "rejected" if is_rejected else "", rate_caveats(row, summary))
    yield from _ratio(row, "rate", summary, settings)


def _latency(row: Row, summary: Summary, settings: Settings) -> Iterator[Datum]:
    yield from (Datum(figure(value)) for value in (row.p50, row.p95))
    common = common_tail_caveats(settings)
    yield Datum(figure(row.p99), "", tuple(each for each in tail_caveats(row) if each not in common))
    if has_concurrency(summary):
        yield Datum(_optional(row.concurrency, "{:.2f}".format))
    if has_tail_ratios(summary):
        yield from _ratio(row, "p99", summary, settings)


def _details(row: Row, summary: Summary, settings: Settings) -> Iterator[Datum]:
    if any(load.is_open for load in settings.loads):
        yield from (Datum(f"{share:.1%}" if row.load.is_open else NO_VALUE) for share in (row.late, row.dropped))
    yield Datum(row.bottleneck)
    yield Datum(f"{row.errors} {INVALID}" if row.scenario in summary.invalid else str(row.errors))
    if has_control(summary):
        key = (row.scenario, row.load, row.subject)
        control = next((each for each in summary.controls if (each.scenario, each.load, each.subject) == key), None)
        ratios = (control.cpu, control.rate) if control else (None, None)
        yield from (Datum(_optional(ratio, "{:.2f}".format), "same") for ratio in ratios)
    yield from (Datum(_optional(value, figure)) for value in (row.database_cpu, row.generator_cpu))
    yield Datum(_optional(row.statements, "{:.1f}".format))
    yield Datum(_optional(row.pss_per_worker, lambda size: f"{size / 1e6:.0f}"))
    yield Datum(f"{row.peak_rss / 1e6:.0f}")


def _ratio(row: Row, measure: str, summary: Summary, settings: Settings) -> Iterator[Datum]:
    """Yield the cells of ratio and verdict. A row that is not compared in this measure has none."""
    key = (row.scenario, row.load, row.subject)
    value = _FIGURES[measure](row)
    found = (each for each in summary.comparisons if (each.scenario, each.load, each.subject) == key)
    each = next((comparison for comparison in found if measure in comparison.contrasts), None)
    if each is None:
        yield Datum(NO_VALUE, "ratio same", figure=value)
        yield Datum("", "verdict")
        return
    contrast = each.contrasts[measure]
    kind = kind_of(each, measure, contrast, summary)
    yield Datum(interval_text(contrast.ratio), f"ratio {kind}", figure=value, ratio=contrast.ratio)
    yield Datum(_verdict(each, measure, kind, settings), f"verdict {kind}")


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
