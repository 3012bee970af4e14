"""The rows of the tables on the page: their cells, colours and caveats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.analysis.comparisons import Comparison, Contrast
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report.caveats import Caveat, common_tail_caveats, rate_caveats, tail_caveats
from benchmarks.report.columns import INVALID, band_text, figure, interval_text
from benchmarks.report.findings import is_valid
from benchmarks.report.labels import load_label, subject_label
from benchmarks.settings import Settings

NO_VALUE = "-"


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
    data = [*_rate(row, summary), *_latency(row, settings), *_cost(row, summary), *_memory(row)]
    return Line(row.scenario, row.subject.variant, labels, data, "invalid" if is_invalid else "")


def has_control(summary: Summary) -> bool:
    """Return whether the part has A/A controls: its subjects have two turns in a round."""
    return bool(summary.controls) or any(each.rate.band is not None for each in summary.comparisons)


def _rate(row: Row, summary: Summary) -> Iterator[Datum]:
    is_rejected = (row.scenario, row.load, row.subject) in summary.rejected
    yield Datum(figure(row.per_second), "rejected" if is_rejected else "", rate_caveats(row, summary))
    yield from _ratio(row, "rate", summary)
    yield Datum(row.bottleneck)
    yield Datum(f"{row.errors} {INVALID}" if row.scenario in summary.invalid else str(row.errors))


def _latency(row: Row, settings: Settings) -> Iterator[Datum]:
    yield from (Datum(figure(value)) for value in (row.p50, row.p95))
    common = common_tail_caveats(settings)
    yield Datum(figure(row.p99), "", tuple(each for each in tail_caveats(row) if each not in common))
    if any(load.is_open for load in settings.loads):
        yield from (Datum(f"{share:.1%}" if row.load.is_open else NO_VALUE) for share in (row.late, row.dropped))


def _cost(row: Row, summary: Summary) -> Iterator[Datum]:
    yield Datum(figure(row.server_cpu))
    yield from _ratio(row, "cpu", summary)
    yield from (Datum(_optional(value, figure)) for value in (row.database_cpu, row.generator_cpu))
    yield Datum(_optional(row.statements, "{:.1f}".format))


def _memory(row: Row) -> Iterator[Datum]:
    yield Datum(f"{row.peak_rss / 1e6:.0f}")
    yield Datum(figure(row.cold_start))


def _ratio(row: Row, measure: str, summary: Summary) -> Iterator[Datum]:
    """Yield the cells of ratio, A/A ratio and verdict. A baseline has an A/A ratio only."""
    key = (row.scenario, row.load, row.subject)
    for each in summary.comparisons:
        if (each.scenario, each.load, each.subject) == key:
            yield from _contrast(each, measure, each.rate if measure == "rate" else each.cpu, summary)
            return
    controls = (each for each in summary.controls if (each.scenario, each.load, each.subject) == key)
    control: Interval | None = getattr(next(controls, None), measure, None)
    yield Datum(NO_VALUE, "same")
    if has_control(summary):
        yield Datum(f"{control.estimate:.2f}" if control else NO_VALUE, "same")
    yield Datum("")


def _contrast(each: Comparison, measure: str, contrast: Contrast, summary: Summary) -> Iterator[Datum]:
    kind = kind_of(each, measure, contrast, summary)
    few = contrast.verdict is Verdict.TOO_FEW_ROUNDS
    yield Datum(f"{contrast.ratio.estimate:.2f}" if few else interval_text(contrast.ratio), f"ratio {kind}")
    if has_control(summary):
        yield Datum(_control(contrast), "same")
    yield Datum(_verdict(each, measure, contrast, kind), f"verdict {kind}")


def kind_of(each: Comparison, measure: str, contrast: Contrast, summary: Summary) -> str:
    """Return the CSS class of a ratio: "invalid", "rejected", or by its verdict "better", "worse" or "same"."""
    if each.scenario in summary.invalid:
        return "invalid"
    if not is_valid(each, measure, summary):
        return "rejected"
    better = Verdict.HIGHER if measure == "rate" else Verdict.LOWER
    if contrast.verdict in {Verdict.HIGHER, Verdict.LOWER}:
        return "better" if contrast.verdict is better else "worse"
    return "same"


def _verdict(each: Comparison, measure: str, contrast: Contrast, kind: str) -> str:
    if kind in {"invalid", "rejected"}:
        return INVALID if kind == "invalid" else kind
    if kind == "same":
        return contrast.verdict.value
    if each.subject.size != each.baseline.size:
        return contrast.verdict.value
    winner = each.subject if kind == "better" else each.baseline
    return f"{winner.variant} {'faster' if measure == 'rate' else 'cheaper'}"


def _control(contrast: Contrast) -> str:
    if contrast.control is None or contrast.band is None:
        return NO_VALUE
    return f"{contrast.control:.2f} {band_text(contrast.band)}"


def _optional(value: float | None, format_value: Callable[[float], str]) -> str:
    return NO_VALUE if value is None else format_value(value)
