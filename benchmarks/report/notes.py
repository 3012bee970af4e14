"""Notes of the report: how the figures were measured, and which of them are doubtful."""

import shlex
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.analysis.bottlenecks import DATABASE, GENERATOR, MEANINGS, OVERRUN, WAITING
from benchmarks.analysis.labellings import MAX_ENUMERATED, RANDOM
from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.environment.processors import Pinning
from benchmarks.report.labels import subject_label
from benchmarks.report.tuning import TUNINGS
from benchmarks.results import Part, Results
from benchmarks.settings import (
    DEFAULT_VARIANTS,
    JOIN_SECONDS,
    MAX_OPEN_SECONDS,
    SLICE_SECONDS,
    TUTORIAL_VARIANTS,
    Settings,
)
from harness.servers.names import DESCRIPTIONS, is_served

# The share of the server's CPU above which other programs disturb the measurement. Interrupts, which the kernel does
# not attribute to the server, stay well below.
MAX_INTRUDER_SHARE = 0.05
# The share of their time in which the users of closed load wait for responses. A lower one means a slow generator.
MIN_CONCURRENCY = 0.97


def budget(settings: Settings, pinning: Pinning, *, postgres_is_pinned: bool) -> list[str]:
    """Return sentences about the resources and the load, which are equal for all variants."""
    sizes = " or ".join(f"{size:,}" for size in settings.sizes)
    return [
        *_server_budget(settings),
        _pinning_text(pinning, is_pinned=settings.is_pinned, postgres_is_pinned=postgres_is_pinned),
        (
            f"Rows: {sizes} products (seed {settings.seed}). Each turn in a round has a new database, cloned from one "
            "template, and a new server. All servers of a round run at the same time."
        ),
        f"Load: {_loads(settings)}. {_measured(settings)}{_open_duration(settings)}",
        (
            f"Closed load uses one server for {SLICE_SECONDS:g} s, then the next one, and reverses the order each "
            f"time. {_stretch(settings)}{_joining(settings)}"
            f"The orders of the rounds are {'ABBA, BAAB, ABBA' if settings.turns > 1 else 'AB, BA, AB'}, ..."
        ),
        *map(str, () if _are_tutorial_shops(settings) else TUNINGS),
    ]


def _server_budget(settings: Settings) -> list[str]:
    """Return sentences about the processes, connections and options of the servers."""
    variants = {*settings.variants}
    threads = " or ".join(map(str, settings.threads))
    workers = " or ".join(map(str, settings.workers))
    processes = f"{workers} worker process{'es' if workers != '1' else ''}"
    options = "Keep-alive of 75 s, no access log, log level warning, production settings"
    tutorials = (
        f"Tutorial shops: Django opens a connection for each request of its {threads} threads; FastAPI has up to 40 "
        "threads and 15 connections. Each shop is asked in its own way and compared with its own responses."
    )
    if _are_tutorial_shops(settings):
        return [f"Servers: {processes} each.", tutorials, f"{options}."]
    unless = "" if variants <= {*DEFAULT_VARIANTS} else ", unless the description of a variant says otherwise"
    return [
        (
            f"Servers{unless}: {processes} with {threads} database connections each. gunicorn has {threads} threads "
            "and a master process; uvicorn has uvloop and httptools."
        ),
        *[tutorials] * bool(variants & {*TUTORIAL_VARIANTS}),
        f"{options}{unless}.",
    ]


def _are_tutorial_shops(settings: Settings) -> bool:
    return {*settings.variants} <= {*TUTORIAL_VARIANTS}


def _joining(settings: Settings) -> str:
    if max(settings.workers) == 1:
        return ""
    return f"The users of a server with several workers join {JOIN_SECONDS:g} s apart before the warm-up. "


def _stretch(settings: Settings) -> str:
    if not settings.latency_seconds:
        return ""
    return (
        f"Its latencies come from a stretch of {settings.latency_seconds:g} s for each server after that, in which all "
        "users go on until the last request of the stretch is answered. "
    )


def too_few_cpus(settings: Settings, cpus: int) -> list[str]:
    """Return a sentence about the numbers of workers that have no CPU each, none if there are enough or no sweep.

    `cpus` is the number of CPUs that all processes of the benchmark may use.
    """
    too_many = [workers for workers in settings.workers if workers >= cpus]
    if len(settings.workers) == 1 or not too_many:
        return []
    return [
        (
            f"Too few CPUs: the generator and PostgreSQL need some of the {cpus} CPUs, so "
            f"{' or '.join(map(str, too_many))} workers gain less here than on a machine with a CPU for each of them."
        )
    ]


def _measured(settings: Settings) -> str:
    duration = f"{settings.requests:,} requests" if settings.requests else f"{settings.duration:g} s"
    return f"For each server and scenario {settings.warm_up:g} s of warm-up are discarded and {duration} are measured."


def _open_duration(settings: Settings) -> str:
    if not any(load.is_open for load in settings.loads):
        return ""
    longest = max(settings.duration, MAX_OPEN_SECONDS)
    return (
        f" Open load lasts until {settings.arrivals} arrivals are expected, but at least {settings.duration:g} s and "
        f"at most {longest:g} s."
    )


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


def _loads(settings: Settings) -> str:
    closed = [str(load.users) for load in settings.loads if not load.is_open]
    rates = [f"{load.rate:g}" for load in settings.loads if load.rate is not None]
    loads = [f"closed, {', '.join(dict.fromkeys(closed))} users without pauses"] * bool(closed)
    loads += [f"open, {', '.join(rates)} arrivals per second"] * bool(rates)
    shares = [str(load) for load in settings.loads if load.share is not None]
    loads += [f"open, {', '.join(shares)} of the capacity of the slowest variant"] * bool(shares)
    return "; ".join(loads)


def _pinning_text(pinning: Pinning, *, is_pinned: bool, postgres_is_pinned: bool) -> str:
    if not is_pinned:
        return (
            "No CPU pinning, as an operator would start the servers: server, generator and PostgreSQL share all CPUs."
        )
    if pinning.server is None or pinning.others is None:
        return "No CPU pinning (fewer than two CPUs, or not Linux): server, generator and PostgreSQL share all CPUs."
    others = "the generator, PostgreSQL and the runner" if postgres_is_pinned else "the generator and the runner"
    external = "" if postgres_is_pinned else "; PostgreSQL is an external server and not pinned"
    cores = f"; CPU {_listed(pinning.idle)}, of the server's physical cores, is left idle" if pinning.idle else ""
    cores = "; these CPUs are hardware threads of one physical core" if pinning.is_core_shared else cores
    return (
        f"Pinning: only the server runs on CPU {_listed(pinning.server)}; {others} share CPU "
        f"{_listed(pinning.others)}{cores}{external}."
    )


def _listed(cpus: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(cpus)))


def _environment(session: dict[str, object]) -> str:
    return repr([session.get(name) for name in ("commit", "cpu", "cpus", "packages", "python")])
