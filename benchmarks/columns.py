"""The table's cells as text; how they are drawn is for `table` (terminal) and `markdown`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.statistics import Interval, Verdict
from benchmarks.summary import Comparison, Row, Summary

INVALID = "INVALID"


@dataclass(frozen=True)
class Grid:
    """A table of text. The first `labels` columns are words; the others, figures, stand right. Heads may have lines."""

    title: str
    head: Sequence[str]
    body: Sequence[Sequence[str]]
    labels: int


def measured(summary: Summary) -> Grid:
    """One line for each scenario and variant."""
    head = ["scenario", "variant", "req/s", "p50 ms", "p95 ms", "p99 ms", "errors", "us CPU\nper req", "RSS MB"]
    head += ["server\nCPU", "generator\nCPU", "PostgreSQL\nCPU"]
    body = [_measured(row, row.scenario in summary.invalid) for row in summary.rows]
    there = {row.scenario for row in summary.rows}
    body += [[name, INVALID, *[""] * 10] for name in summary.invalid if name not in there]
    return Grid(f"Measured, medians of {summary.rounds} rounds", head, body, 2)


def compared(summary: Summary) -> Grid:
    """One line for each scenario and variant but the first: the ratios, and whether they mean anything."""
    head = ["scenario", "variant", "requests/s\n[95%]", "A/A", "says", "server CPU/request\n[95%]", "A/A", "says"]
    body = [_compared(each, each.scenario in summary.invalid) for each in summary.comparisons]
    baseline = summary.comparisons[0].baseline if summary.comparisons else "the first"
    return Grid(f"Compared: each variant's figure over that of {baseline}", head, body, 2)


def controls(summary: Summary) -> Grid:
    """The A/A bands, for a run of one variant, which has nothing else to compare."""
    body = [[scenario, band_text(band)] for scenario, band in summary.controls.items()]
    return Grid("A/A control: the variant against itself", ["scenario", "A/A"], body, 1)


def figure(value: float) -> str:
    """Three significant digits, in full: 12345 -> 12,345; 1.234 -> 1.23."""
    if math.isnan(value):
        return "-"
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{decimals}f}"


def interval_text(interval: Interval) -> str:
    return f"{interval.estimate:.2f} [{interval.low:.2f}, {interval.high:.2f}]"


def band_text(band: float) -> str:
    """A factor as the percentage by which it may lie off."""
    return f"±{(band - 1) * 100:.1f}%"


def says(found: Verdict, higher: str, lower: str) -> str:
    """The verdict in words: those for a higher or for a lower ratio, or that it means nothing."""
    return {Verdict.HIGHER: higher, Verdict.LOWER: lower}.get(found, found.value)


def _measured(row: Row, is_invalid: bool) -> list[str]:
    percent = [f"{share:.0%}" if share is not None else "-" for share in _shares(row)]
    latencies = [figure(row.p50), figure(row.p95), figure(row.p99)]
    errors = f"{row.errors} {INVALID}" if is_invalid else str(row.errors)
    cost = [figure(row.server_cpu), f"{row.peak_rss / 1e6:.0f}"]
    return [row.scenario, row.variant, figure(row.per_second), *latencies, errors, *cost, *percent]


def _shares(row: Row) -> tuple[float | None, ...]:
    return row.server_share, row.generator_share, row.database_share


def _compared(each: Comparison, is_invalid: bool) -> list[str]:
    rate = says(each.rate_verdict, f"{each.variant} faster", f"{each.baseline} faster")
    cpu = says(each.cpu_verdict, f"{each.baseline} cheaper", f"{each.variant} cheaper")
    rate_cells = [*_ratio(each.rate, each.rate_band, each.rate_verdict), INVALID if is_invalid else rate]
    cpu_cells = [*_ratio(each.cpu, each.cpu_band, each.cpu_verdict), INVALID if is_invalid else cpu]
    return [each.scenario, each.variant, *rate_cells, *cpu_cells]


def _ratio(ratio: Interval, band: float, found: Verdict) -> list[str]:
    # An interval of one or two rounds would look far more certain than it is.
    if found is Verdict.TOO_FEW_ROUNDS:
        return [f"{ratio.estimate:.2f}", "-"]
    return [interval_text(ratio), band_text(band)]
