"""The cells of the page's table rows and their colours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.analysis.comparisons import Comparison, Contrast
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report.caveats import Caveat, of_all_tails, of_rate, of_tail
from benchmarks.report.columns import INVALID, band_text, figure, interval_text
from benchmarks.report.findings import counts
from benchmarks.report.labels import load_label, subject_label
from benchmarks.settings import Settings

NOTHING = "-"


@dataclass(frozen=True)
class Datum:
    """One cell. `kind` is how it is coloured."""

    text: str
    kind: str = ""
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True)
class Line:
    """One row: its labels stand first. `kind` is of the whole row."""

    scenario: str
    variant: str
    labels: list[str]
    data: list[Datum]
    kind: str = ""


def line(row: Row, summary: Summary, settings: Settings) -> Line:
    """A row of a part: its labels, then a cell for each column."""
    labels = [row.scenario, subject_label(row.subject, settings)]
    if len(settings.loads) > 1:
        labels.append(load_label(row.load))
    is_invalid = row.scenario in summary.invalid
    data = [*_of_rate(row, summary), *_of_latency(row, settings), *_of_cost(row, summary), *_of_memory(row)]
    return Line(row.scenario, row.subject.variant, labels, data, "invalid" if is_invalid else "")


def has_control(summary: Summary) -> bool:
    """Whether subjects were measured twice in a round, and so against themselves."""
    return bool(summary.controls) or any(each.rate.band is not None for each in summary.comparisons)


def _of_rate(row: Row, summary: Summary) -> Iterator[Datum]:
    is_rejected = (row.scenario, row.load, row.subject) in summary.rejected
    yield Datum(figure(row.per_second), "rejected" if is_rejected else "", of_rate(row, summary))
    yield from _ratio(row, "rate", summary)
    yield Datum(row.bottleneck)
    yield Datum(f"{row.errors} {INVALID}" if row.scenario in summary.invalid else str(row.errors))


def _of_latency(row: Row, settings: Settings) -> Iterator[Datum]:
    yield from (Datum(figure(value)) for value in (row.p50, row.p95))
    yield Datum(figure(row.p99), "", tuple(each for each in of_tail(row) if each not in of_all_tails(settings)))
    if any(load.is_open for load in settings.loads):
        yield from (Datum(f"{share:.1%}" if row.load.is_open else NOTHING) for share in (row.late, row.dropped))


def _of_cost(row: Row, summary: Summary) -> Iterator[Datum]:
    yield Datum(figure(row.server_cpu))
    yield from _ratio(row, "cpu", summary)
    yield from (Datum(_known(value, figure)) for value in (row.database_cpu, row.generator_cpu))
    yield Datum(_known(row.statements, "{:.1f}".format))


def _of_memory(row: Row) -> Iterator[Datum]:
    yield Datum(f"{row.peak_rss / 1e6:.0f}")
    yield Datum(figure(row.cold_start))


def _ratio(row: Row, measure: str, summary: Summary) -> Iterator[Datum]:
    """Ratio, A/A and verdict; of a baseline its own A/A ratio alone."""
    key = (row.scenario, row.load, row.subject)
    for each in summary.comparisons:
        if (each.scenario, each.load, each.subject) == key:
            yield from _contrast(each, measure, each.rate if measure == "rate" else each.cpu, summary)
            return
    controls = (each for each in summary.controls if (each.scenario, each.load, each.subject) == key)
    control: Interval | None = getattr(next(controls, None), measure, None)
    yield Datum(NOTHING, "same")
    if has_control(summary):
        yield Datum(f"{control.estimate:.2f}" if control else NOTHING, "same")
    yield Datum("")


def _contrast(each: Comparison, measure: str, contrast: Contrast, summary: Summary) -> Iterator[Datum]:
    kind = kind_of(each, measure, contrast, summary)
    few = contrast.verdict is Verdict.TOO_FEW_ROUNDS
    yield Datum(f"{contrast.ratio.estimate:.2f}" if few else interval_text(contrast.ratio), f"ratio {kind}")
    if has_control(summary):
        yield Datum(_control(contrast), "same")
    yield Datum(_says(each, measure, contrast, kind), f"says {kind}")


def kind_of(each: Comparison, measure: str, contrast: Contrast, summary: Summary) -> str:
    """How a ratio is coloured: better or worse than the baseline only where the verdict says so."""
    if each.scenario in summary.invalid:
        return "invalid"
    if not counts(each, measure, summary):
        return "rejected"
    better = Verdict.HIGHER if measure == "rate" else Verdict.LOWER
    if contrast.verdict in {Verdict.HIGHER, Verdict.LOWER}:
        return "better" if contrast.verdict is better else "worse"
    return "same"


def _says(each: Comparison, measure: str, contrast: Contrast, kind: str) -> str:
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
        return NOTHING
    return f"{contrast.control:.2f} {band_text(contrast.band)}"


def _known(value: float | None, written: Callable[[float], str]) -> str:
    return NOTHING if value is None else written(value)
