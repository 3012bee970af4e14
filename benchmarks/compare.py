"""Two runs side by side."""

from rich.console import Console

from benchmarks import table
from benchmarks.columns import Grid, figure, interval_text
from benchmarks.results import Results
from benchmarks.summary import Comparison, Summary, summarise

_SAME = ("date", "command", "load_average_before")


def compare(console: Console, first: Results, second: Results) -> None:
    """Print both runs' figures, and in what the runs themselves differ."""
    one, other = summarise(first), summarise(second)
    console.print(table.drawn(_figures(one, other)))
    console.print(table.drawn(_ratios(one, other)))
    for line in differences(first, second):
        console.print(f"  - {line}", highlight=False, markup=False)


def differences(first: Results, second: Results) -> list[str]:
    """What was not the same in the two runs: settings, machine, versions."""
    one, other = first.settings.as_json(), second.settings.as_json()
    if first.sessions and second.sessions:
        one |= {name: value for name, value in first.sessions[-1].items() if name not in _SAME}
        other |= {name: value for name, value in second.sessions[-1].items() if name not in _SAME}
    return [f"{name}: A {one[name]}, B {other.get(name)}" for name in one if one[name] != other.get(name)]


def _figures(one: Summary, other: Summary) -> Grid:
    rows = {(row.scenario, row.variant): row for row in other.rows}
    body = []
    for a in one.rows:
        if b := rows.get((a.scenario, a.variant)):
            rates = [figure(a.per_second), figure(b.per_second), figure(b.per_second / a.per_second)]
            costs = [figure(a.server_cpu), figure(b.server_cpu), figure(b.server_cpu / a.server_cpu)]
            body.append([a.scenario, a.variant, *rates, *costs])
    head = ["scenario", "variant", "req/s A", "B", "B/A", "CPU us/req A", "B", "B/A"]
    return Grid("Two runs: figures", head, body, 2)


def _ratios(one: Summary, other: Summary) -> Grid:
    there = {(each.scenario, each.variant): each for each in other.comparisons}
    pairs = [(a, there.get((a.scenario, a.variant))) for a in one.comparisons]
    body = [_ratio(a, b) for a, b in pairs if b]
    head = ["scenario", "ratio", "requests/s A", "requests/s B", "says"]
    return Grid("Two runs: ratios within each", head, body, 2)


def _ratio(a: Comparison, b: Comparison) -> list[str]:
    overlap = a.rate.low <= b.rate.high and b.rate.low <= a.rate.high
    shown = [interval_text(a.rate), interval_text(b.rate)]
    return [a.scenario, f"{a.variant}/{a.baseline}", *shown, "intervals overlap" if overlap else "runs disagree"]
