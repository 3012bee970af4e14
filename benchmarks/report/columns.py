"""Creates the tables of the report as text. `terminal` and `markdown` format them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.analysis.comparisons import Comparison
from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report.labels import load_label, subject_label
from benchmarks.settings import Settings

INVALID, REJECTED, NO_VALUE = "INVALID", "rejected", "-"


@dataclass(frozen=True)
class Measure:
    """The words for a measure whose ratios are compared. `better` is said of the subject with the better figure."""

    title: str
    better: str
    is_higher_better: bool = False


# By the key of `Comparison.contrasts`.
MEASURES = {
    "rate": Measure("requests/s", "faster", is_higher_better=True),
    "p50": Measure("p50", "faster"),
    "p99": Measure("p99", "faster"),
    "cpu": Measure("server CPU/request", "cheaper"),
}


@dataclass(frozen=True)
class Grid:
    """A table of text. The first `labels` columns are left-aligned text. Headings may have several lines."""

    title: str
    head: Sequence[str]
    body: Sequence[Sequence[str]]
    labels: int


def measured(summary: Summary, settings: Settings) -> Grid:
    """Return the table of rates and latencies, with a row for each scenario, load and subject."""
    head = ["scenario", "variant", *_load_head(settings), "req/s", "p50 ms", "p95 ms", "p99 ms", "N", "errors"]
    head += ["late\ndropped"] * _is_open(settings) + ["limit"]
    body = [_measured(row, summary, settings) for row in summary.rows]
    measured_scenarios = {row.scenario for row in summary.rows}
    not_measured = [name for name in summary.invalid if name not in measured_scenarios]
    body += [[name, INVALID, *[""] * (len(head) - 2)] for name in not_measured]
    return Grid(f"Measured ({summary.part}): medians of {summary.rounds} rounds", head, body, 2)


def costs(summary: Summary, settings: Settings) -> Grid:
    """Return the table of costs per request, with a row for each scenario, load and subject."""
    head = ["scenario", "variant", *_load_head(settings), "server\nus/req", "PostgreSQL\nus/req", "generator\nus/req"]
    head += [
        "statements\nper req",
        "RSS MB",
        "PSS MB\nper worker",
        "server\nCPU",
        "PostgreSQL\nCPU",
        "generator\nCPU",
    ]
    body = [_costs(row, settings) for row in summary.rows]
    return Grid(f"Cost ({summary.part}): CPU per request, memory, use of the CPUs", head, body, 2)


def compared(summary: Summary, settings: Settings) -> list[Grid]:
    """Return the tables of ratios and verdicts: for closed load and for open load, with a row for each comparison."""
    kinds = [[each for each in summary.comparisons if each.load.is_open == is_open] for is_open in (False, True)]
    return [_compared_grid(some, summary, settings) for some in kinds if some]


def _compared_grid(some: Sequence[Comparison], summary: Summary, settings: Settings) -> Grid:
    measures = _measures(some)
    subjects = [subject_label(each.subject, settings) for each in some]
    loads = [load_label(each.load) for each in some]
    # What is the same in all rows is in the title, so that the table fits in the terminal.
    with_subject, with_load = len(set(subjects)) > 1, len(set(loads)) > 1
    body = []
    for each, subject, load in zip(some, subjects, loads, strict=True):
        cells = [text for measure in measures for text in _ratio(each, measure, summary, settings)]
        body.append([each.scenario, *[subject] * with_subject, *[load] * with_load, *cells])
    head = ["scenario", *["variant"] * with_subject, *["load"] * with_load]
    head += [text for measure in measures for text in (f"{MEASURES[measure].title}\n[95%]", "verdict")]
    figures = "figures" if with_subject else f"figures of {subjects[0]}"
    at = "" if with_load else f", {loads[0]}"
    title = f"Compared ({summary.part}{at}): {figures} divided by those of {_baseline(settings)}"
    return Grid(title, head, body, 1 + with_subject)


def controls(summary: Summary, settings: Settings) -> Grid:
    """Return the table of A/A controls, for a part with one subject."""
    body = [
        [each.scenario, subject_label(each.subject, settings), f"{each.rate:.3f}", f"{each.cpu:.3f}"]
        for each in summary.controls
    ]
    head = ["scenario", "variant", "requests/s", "server CPU/request"]
    return Grid("A/A control: ratios of the two turns of a variant", head, body, 2)


def figure(value: float) -> str:
    """Format a number with at least three significant digits: 12345 as 12,345, 1.234 as 1.23, nan as "-".

    An infinite number is ">": a percentile that is larger than the latency of any response.
    """
    if not math.isfinite(value):
        return ">" if value > 0 else NO_VALUE
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{decimals}f}"


def interval_text(interval: Interval) -> str:
    """Format an estimate and its interval: "1.23 [1.10, 1.40]"; without an interval only the estimate: "1.23"."""
    if math.isinf(interval.estimate):
        return ">"
    if math.isnan(interval.estimate):
        return NO_VALUE
    if not interval.estimate:
        return "<"
    bounds = f" [{interval.low:.2f}, {interval.high:.2f}]" if interval.is_bounded else ""
    return f"{interval.estimate:.2f}{bounds}"


def verdict_text(contrast: Contrast, higher: str, lower: str) -> str:
    """Return the text of a verdict: `higher`, `lower`, "same within 5%", or the verdict's own."""
    if contrast.verdict is Verdict.SAME and contrast.same_within is not None:
        return f"same within {contrast.same_within:.0%}"
    return {Verdict.HIGHER: higher, Verdict.LOWER: lower}.get(contrast.verdict, contrast.verdict.value)


def comparison_verdict(each: Comparison, measure: str, settings: Settings) -> str:
    """Return the text of a verdict with the name of the better subject: "fastapi cheaper"."""
    one, other = (subject_label(subject, settings) for subject in (each.subject, each.baseline))
    words = MEASURES[measure]
    better, worse = f"{one} {words.better}", f"{other} {words.better}"
    higher, lower = (better, worse) if words.is_higher_better else (worse, better)
    return verdict_text(each.contrasts[measure], higher, lower)


def _measures(some: Sequence[Comparison]) -> list[str]:
    """Return the measures that are compared, in the order of MEASURES."""
    present = {name for each in some for name in each.contrasts}
    return [name for name in MEASURES if name in present]


def _is_open(settings: Settings) -> bool:
    return any(load.is_open for load in settings.loads)


def _load_head(settings: Settings) -> list[str]:
    return ["load"] * (len(set(settings.loads)) > 1)


def _labels(row: Row | Comparison, settings: Settings) -> list[str]:
    load = [load_label(row.load)] * (len(set(settings.loads)) > 1)
    return [row.scenario, subject_label(row.subject, settings), *load]


def _baseline(settings: Settings) -> str:
    if len(settings.sizes) > 1:
        return f"the same variant with {settings.sizes[0]:,} products"
    return settings.variants[0]


def _measured(row: Row, summary: Summary, settings: Settings) -> list[str]:
    latencies = [figure(row.p50), figure(row.p95), figure(row.p99)]
    errors = f"{row.errors} {INVALID}" if row.scenario in summary.invalid else str(row.errors)
    delayed = [f"{row.late:.1%}\n{row.dropped:.1%}" if row.load.is_open else "-"] * _is_open(settings)
    is_rejected = (row.scenario, row.load, row.subject) in summary.rejected
    rate = f"{figure(row.per_second)}{f' {REJECTED}' if is_rejected else ''}"
    concurrency = NO_VALUE if row.concurrency is None else f"{row.concurrency:.2f}"
    return [*_labels(row, settings), rate, *latencies, concurrency, errors, *delayed, row.bottleneck]


def _costs(row: Row, settings: Settings) -> list[str]:
    percent = [f"{share:.0%}" if share is not None else "-" for share in _shares(row)]
    cpu = [figure(math.nan if each is None else each) for each in (row.server_cpu, row.database_cpu, row.generator_cpu)]
    statements = "-" if row.statements is None else f"{row.statements:g}"
    pss = NO_VALUE if row.pss_per_worker is None else f"{row.pss_per_worker / 1e6:.0f}"
    memory = [f"{row.peak_rss / 1e6:.0f}", pss]
    return [*_labels(row, settings), *cpu, statements, *memory, *percent]


def _shares(row: Row) -> tuple[float | None, ...]:
    return row.server_share, row.database_share, row.generator_share


def _ratio(each: Comparison, measure: str, summary: Summary, settings: Settings) -> list[str]:
    """Return the cells of a ratio and its verdict."""
    if measure not in each.contrasts:
        return [NO_VALUE, ""]
    ratio = interval_text(each.contrasts[measure].ratio)
    if each.scenario in summary.invalid:
        return [ratio, INVALID]
    is_rejected = any((each.scenario, each.load, side) in summary.rejected for side in (each.subject, each.baseline))
    if measure == "rate" and is_rejected:
        return [ratio, REJECTED]
    return [ratio, comparison_verdict(each, measure, settings)]
