"""Notes of the report: how the figures were measured, and which of them are doubtful."""

import shlex
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.analysis.bottlenecks import DATABASE, GENERATOR, MEANINGS, OVERRUN, WAITING
from benchmarks.analysis.labellings import MAX_ENUMERATED, RANDOM
from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.report.labels import subject_label
from benchmarks.results import Part, Results
from benchmarks.settings import (
    DEFAULT_VARIANTS,
    Settings,
)
from harness.servers.names import DESCRIPTIONS, is_served

# The share of the server's CPU above which other programs disturb the measurement. Interrupts, which the kernel does
# not attribute to the server, stay well below.
MAX_INTRUDER_SHARE = 0.05
# The share of their time in which the users of closed load wait for responses. A lower one means a slow generator.
MIN_CONCURRENCY = 0.97


def variants(settings: Settings) -> list[str]:
    """Return a sentence about each variant of a part, if it has others than the two implementations."""
    if set(settings.variants) <= set(DEFAULT_VARIANTS):
        return []
    added = [
        f"{server.name}: added by {server.file}: {shlex.join(server.command)}. Its responses are checked for their "
        "content, and then compared with its own, so its JSON may differ from that of the implementations."
        for server in settings.added
    ]
    names = [name for name in settings.variants if is_served(name) and name in DESCRIPTIONS]
    return [*(f"{name}: {DESCRIPTIONS[name]}" for name in names), *added]


def method() -> list[str]:
    """Return sentences about how the columns of the tables are computed."""
    return [
        (
            "Rates and CPU per request are medians of rounds. Memory and shares are medians of runs. Percentiles are "
            "computed from the responses of all rounds together; with few responses, as in login, the p99 is close to "
            "the slowest."
        ),
        (
            "Ratio: the geometric mean of the subject's runs divided by that of the baseline's, with its 95% "
            "confidence interval: all ratios that a permutation test does not reject. The test counts how many "
            "of all ways to exchange the labels of the runs of a round give a ratio as far from 1 as the measured one. "
            f"It is exact up to {MAX_ENUMERATED:,} ways. If there are more, as from seven rounds of two turns on, it "
            f"uses {RANDOM:,} random ones."
        ),
        (
            "Ratios of p50 and p99 compare percentiles of the pooled latencies of the runs, and are tested by the same "
            "exchange of labels. A ratio is shown as > if too many of "
            "the subject's requests were dropped for a finite one."
        ),
        (
            "Verdict: a difference (faster, cheaper) if the p of the test, adjusted by Holm's method for all ratios of "
            "the part's tables, is at most 5%: without true differences, at most 5% of runs show one or more. Same "
            "within x%: the 90% interval is between 1/(1+x) and 1+x, for the smallest x of 2, 3, 5, 8 and 10%; this is "
            "an equivalence test at 5%. Undecided: neither; more rounds may decide it."
        ),
        (
            "A/A: the first turn of a variant divided by its second, with the turns exchanged in every other round. It "
            "shows how quiet the machine was, and does not affect verdicts."
        ),
        (
            "N: the share of the time of closed load in which its users waited for responses (rate x mean latency / "
            f"users). Below {MIN_CONCURRENCY} the generator slowed the users, and the latencies are too low."
        ),
        (
            "Server CPU includes all processes of the server. RSS is the sum of their peaks, with shared pages in "
            "each. PSS is that of one worker process, and counts a page that n processes share as 1/n."
        ),
        "Each response's status and body were checked, also in the warm-up. A wrong response makes a scenario INVALID.",
    ]


def warnings(summaries: Sequence[Summary], results: Results) -> list[str]:
    """Return sentences about everything that makes figures of this run doubtful."""
    sentences = []
    for summary, part in zip(summaries, results.parts, strict=True):
        name = f"{part.name}: " if len(results.parts) > 1 else ""
        sentences += [name + warning for warning in _part_warnings(summary, part)]
    noise = [warning for session in results.sessions for warning in session.get("noise", ())]
    sentences += [f"Before the run: {warning}" for warning in noise]
    if any(session["commit"].endswith("changes") for session in results.sessions):
        sentences.append("Files differed from the commit.")
    if len({_environment(session) for session in results.sessions}) > 1:
        sentences.append("The run was resumed with a different commit, CPU or set of packages: its rounds may differ.")
    return sentences


def _part_warnings(summary: Summary, part: Part) -> list[str]:
    sentences = [
        f"{scenario} is INVALID: {reason}" for scenario, reasons in summary.invalid.items() for reason in reasons[:3]
    ]
    sentences += [f"Round {run.round} is invalid, {run.subject.variant}: {run.failure}" for run in part.failures()]
    sentences += [
        f"{limit}: {MEANINGS[limit]}. Rows: {rows}."
        for limit in (DATABASE, GENERATOR, WAITING, OVERRUN)
        if (rows := _rows(summary, part, partial(_is_limited, limit)))
    ]
    sentences += [
        f"{scenario} ({subject_label(subject, part.settings)}, {load}) has no valid rate: {reason}."
        for (scenario, load, subject), reason in summary.rejected.items()
    ]
    if disturbed := _rows(summary, part, lambda row: (row.intruder_share or 0) > MAX_INTRUDER_SHARE):
        sentences.append(
            f"Other programs used more than 5% of the server's CPU: the machine was busy. Rows: {disturbed}."
        )
    if part.settings.cells and summary.rounds < part.settings.rounds:
        sentences.append(f"Only {summary.rounds} of {part.settings.rounds} rounds were finished.")
    return sentences


def _is_limited(limit: str, row: Row) -> bool:
    return row.bottleneck == limit


def _rows(summary: Summary, part: Part, condition: Callable[[Row], bool]) -> str:
    """Name the rows that meet the condition by their scenarios and subjects; empty if there are none."""
    rows = [row for row in summary.rows if condition(row)]
    if len(rows) == len(summary.rows) > 1:
        return "all rows"
    subjects: dict[str, list[str]] = {}
    for row in rows:
        label = subject_label(row.subject, part.settings)
        subjects.setdefault(row.scenario, []).append(
            f"{label} at {row.load}" if len(set(part.settings.loads)) > 1 else label
        )
    return "; ".join(f"{scenario} ({', '.join(names)})" for scenario, names in subjects.items())


def _environment(session: dict[str, object]) -> str:
    return repr([session.get(name) for name in ("commit", "cpu", "cpus", "packages", "python")])
