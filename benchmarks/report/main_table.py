"""The main table: each scenario at each level, with the figures of both sides beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.report.columns import INVALID, NO_VALUE, REJECTED, Grid, figure, interval_text, verdict_text
from benchmarks.report.levels import LEVELS, Level, Pair, pairs
from benchmarks.results import Results

TITLE = "Main table"


@dataclass(frozen=True)
class Entry:
    """A row of the main table. Tuples have the baseline first. Ratios are of the subject to the baseline.

    `rates` are texts, because a rate may be rejected. `p50` and `p99` are milliseconds under the first open load, None
    if it was not measured. Contrasts are None if they are invalid or were not measured.
    """

    scenario: str
    level: Level
    sides: tuple[str, str]
    rates: tuple[str, str]
    cpu: Contrast | None
    p50: tuple[float | None, float | None]
    p99: tuple[float | None, float | None]
    tail: Contrast | None
    is_invalid: bool

    @property
    def cpu_verdict(self) -> str:
        """Which side needs less CPU: "FastAPI cheaper", "same within 5%", "undecided", "INVALID"."""
        return INVALID if self.is_invalid else _verdict(self.cpu, self.sides, "cheaper")

    @property
    def tail_verdict(self) -> str:
        """Which side has the lower p99; empty if it was not measured."""
        return "" if self.is_invalid else _verdict(self.tail, self.sides, "faster")


def entries(results: Results, summaries: Sequence[Summary]) -> list[Entry]:
    """Return the rows of the main table: by scenario, then by level."""
    all_pairs = pairs(results, summaries)
    scenarios = dict.fromkeys(name for pair in all_pairs for name in pair.part.settings.scenarios)
    return [
        _entry(scenario, pair)
        for scenario in scenarios
        for pair in all_pairs
        if scenario in pair.part.settings.scenarios and _has_figures(scenario, pair)
    ]


def common_sides(rows: Sequence[Entry]) -> tuple[str, str] | None:
    """Return the names of baseline and subject if they are the same in all rows."""
    sides = {row.sides for row in rows}
    return sides.pop() if len(sides) == 1 else None


def has_tails(rows: Sequence[Entry]) -> bool:
    """Return whether some row has the latencies of open load."""
    return any(row.p99 != (None, None) for row in rows)


def load_text(results: Results, summaries: Sequence[Summary]) -> str:
    """Return the loads of the table: "8 users; p50 and p99 at 60%", "8 users for each worker" if that is equal."""
    all_pairs = pairs(results, summaries)
    if not all_pairs:
        return ""
    first = all_pairs[0]
    has_several_workers = any(pair.subject.workers > 1 for pair in all_pairs)
    is_equal = len({pair.users_per_worker for pair in all_pairs}) == 1
    per_worker = " for each worker" if has_several_workers and is_equal and first.subject.workers == 1 else ""
    closed = [f"req/s and CPU with {first.closed}{per_worker}"] * (first.closed is not None)
    of = " of the slower one's capacity" if first.open and first.open.share is not None else ""
    return "; ".join([*closed, *[f"p50 and p99 at {first.open}{of}"] * (first.open is not None)])


def meanings(rows: Sequence[Entry]) -> list[str]:
    """Return a sentence about each level in the table."""
    present = {row.level for row in rows}
    return [f"{level.name}: {level.meaning}" for level in LEVELS if level in present]


def grid(results: Results, summaries: Sequence[Summary]) -> Grid:
    """Return the main table as text. Its body is empty if nothing was compared."""
    rows = entries(results, summaries)
    sides = common_sides(rows)
    one, other = sides or ("baseline", "other")
    with_tails = has_tails(rows)
    ratio = f"{other}/{one}" if sides else "ratio"
    head = ["scenario", "level", *["compared"] * (sides is None), f"{one}\nreq/s", f"{other}\nreq/s"]
    head += [f"CPU {ratio}\n[95%]", "verdict"]
    head += [f"{one}\np50 ms", f"{other}\np50 ms", f"{one}\np99 ms", f"{other}\np99 ms", "p99\nverdict"] * with_tails
    body = [_cells(row, with_sides=sides is None, with_tails=with_tails) for row in rows]
    return Grid(f"{TITLE}: {load_text(results, summaries)}", head, body, 3 if sides is None else 2)


def _cells(row: Entry, *, with_sides: bool, with_tails: bool) -> list[str]:
    compared = [f"{row.sides[1]} / {row.sides[0]}"] * with_sides
    cpu = interval_text(row.cpu.ratio) if row.cpu else NO_VALUE
    tails = [NO_VALUE if value is None else figure(value) for value in (*row.p50, *row.p99)]
    cells = [row.scenario, row.level.name, *compared, *row.rates, cpu, row.cpu_verdict]
    return [*cells, *([*tails, row.tail_verdict] if with_tails else [])]


def _entry(scenario: str, pair: Pair) -> Entry:
    closed, tails = pair.rows(scenario, pair.closed), pair.rows(scenario, pair.open)
    is_invalid = scenario in pair.summary.invalid
    return Entry(
        scenario=scenario,
        level=pair.level,
        sides=pair.sides,
        rates=(_rate(closed[0], pair.summary), _rate(closed[1], pair.summary)),
        cpu=pair.contrast(scenario, "cpu"),
        p50=(_figure(tails[0], "p50"), _figure(tails[1], "p50")),
        p99=(_figure(tails[0], "p99"), _figure(tails[1], "p99")),
        tail=pair.contrast(scenario, "p99"),
        is_invalid=is_invalid,
    )


def _has_figures(scenario: str, pair: Pair) -> bool:
    return scenario in pair.summary.invalid or any(row.scenario == scenario for row in pair.summary.rows)


def _figure(row: Row | None, name: str) -> float | None:
    return None if row is None else float(getattr(row, name))


def _rate(row: Row | None, summary: Summary) -> str:
    if row is None:
        return NO_VALUE
    return REJECTED if (row.scenario, row.load, row.subject) in summary.rejected else figure(row.per_second)


def _verdict(contrast: Contrast | None, sides: tuple[str, str], word: str) -> str:
    if contrast is None:
        return ""
    baseline, subject = sides
    return verdict_text(contrast, f"{baseline} {word}", f"{subject} {word}")
