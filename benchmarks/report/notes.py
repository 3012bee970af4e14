"""Notes of the report: how the figures were measured, and which of them are doubtful."""

from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from benchmarks.analysis.bottlenecks import DATABASE, GENERATOR, MEANINGS, OVERRUN, WAITING
from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.environment.processors import Pinning
from benchmarks.report.labels import subject_label
from benchmarks.results import Part, Results
from benchmarks.settings import SLICE_SECONDS, Settings

# What the kernel does for a server, such as interrupts, is not the server's own: it stays well below this.
INTRUDED = 0.05


def budget(settings: Settings, pinning: Pinning, *, postgres_is_pinned: bool) -> list[str]:
    """What every variant is given alike."""
    threads = settings.threads
    processes = " or ".join(map(str, settings.workers))
    sizes = " or ".join(f"{size:,}" for size in settings.sizes)
    return [
        (
            f"Servers: {processes} worker process{'es' if processes != '1' else ''}, {threads} database connections "
            f"in each; gunicorn has {threads} threads and its master process, uvicorn has uvloop and "
            "httptools."
        ),
        "Keep-alive of 75 s, no access log, log level warning, production settings.",
        _pinning_text(pinning, postgres_is_pinned=postgres_is_pinned),
        (
            f"Rows: {sizes} products (seed {settings.seed}). Each turn in a round has a database cloned from one "
            "template and a server started again; all of them stand side by side."
        ),
        f"Load: {_loads(settings)}. {_measured(settings)}",
        (
            f"Closed load asks one server for {SLICE_SECONDS:g} s, then the next one, there and back again, until each "
            f"has had its time. Rounds go {'ABBA, BAAB, ABBA' if settings.turns > 1 else 'AB, BA, AB'}, ..."
        ),
    ]


def _measured(settings: Settings) -> str:
    lasts = f"{settings.requests:,} requests" if settings.requests else f"{settings.duration:g} s"
    return f"Of each server and scenario {settings.warm_up:g} s are discarded, then {lasts} are measured."


def method() -> list[str]:
    """How the columns are computed."""
    return [
        (
            "Rates and CPU per request are medians of rounds, memory and shares medians of runs; percentiles are of "
            "the answers of all rounds together (where there are few, as in login, p99 is nearly the slowest)."
        ),
        (
            "Ratio: the median of the rounds' ratios, so that what slows a whole round cancels. Its 95% interval is a "
            "bootstrap of the rounds, widened as so few ask: of five rounds it is the least and the greatest ratio."
        ),
        (
            "A/A: each variant's two turns in a round, compared with each other in the same way; the widest end of "
            "these intervals, less what half of the runs make them wider. Where a ratio's interval touches this band, "
            "the table says no difference. Parts without this control take 2% for the band."
        ),
        "Server CPU is that of all its processes. RSS is the sum of their peaks, shared pages counted for each.",
        "Every answer's status and body was checked, in the warm-up too. One wrong answer makes a scenario INVALID.",
    ]


def controls(summary: Summary) -> list[str]:
    """What came of comparing each subject with itself; nothing where none had two turns."""
    found = []
    for what, ratios in (
        ("Server CPU per request", [each.cpu.estimate for each in summary.controls]),
        ("Requests per second", [each.rate.estimate for each in summary.controls]),
    ):
        if ratios:
            off = median(abs(ratio - 1) for ratio in ratios)
            found.append(
                f"{what}: one turn over the other came to between {min(ratios):.3f} and {max(ratios):.3f} in "
                f"{len(ratios)} rows; half of them lie within {off:.1%} of 1, where all would lie without noise."
            )
    return found


def doubts(summaries: Sequence[Summary], results: Results) -> list[str]:
    """What in this run asks for care."""
    found = []
    for summary, part in zip(summaries, results.parts, strict=True):
        name = f"{part.name}: " if len(results.parts) > 1 else ""
        found += [name + doubt for doubt in _doubts(summary, part)]
    found += [f"Before it began: {sentence}" for session in results.sessions for sentence in session.get("noise", ())]
    if any(session["commit"].endswith("changes") for session in results.sessions):
        found.append("Files differed from the commit that is named.")
    if len({_made_with(session) for session in results.sessions}) > 1:
        found.append("The run was resumed with another commit, CPU or set of packages: its rounds may not be alike.")
    return found


def _doubts(summary: Summary, part: Part) -> list[str]:
    found = [
        f"{scenario} is INVALID: {reason}" for scenario, reasons in summary.invalid.items() for reason in reasons[:3]
    ]
    found += [f"Round {run.round} is invalid, {run.subject.variant}: {run.failure}" for run in part.failures()]
    found += [
        f"{limit}: {MEANINGS[limit]}. So it was in {rows}."
        for limit in (DATABASE, GENERATOR, WAITING, OVERRUN)
        if (rows := _where(summary, part, partial(_is_limited, limit)))
    ]
    found += [
        f"{scenario} ({subject_label(subject, part.settings)}, {load}) has no rate that counts: {reason}."
        for (scenario, load, subject), reason in summary.rejected.items()
    ]
    if disturbed := _where(summary, part, lambda row: (row.intruder_share or 0) > INTRUDED):
        found.append(
            f"Other programs used more than a twentieth of the server's CPU, so the machine was busy: {disturbed}."
        )
    if summary.rounds < part.settings.rounds:
        found.append(f"Only {summary.rounds} of {part.settings.rounds} rounds were finished.")
    return found


def _is_limited(limit: str, row: Row) -> bool:
    return row.bottleneck == limit


def _where(summary: Summary, part: Part, is_so: Callable[[Row], bool]) -> str:
    """Scenarios of the rows that are so, each with its subjects."""
    found = [row for row in summary.rows if is_so(row)]
    if len(found) == len(summary.rows) > 1:
        return "all rows"
    subjects: dict[str, list[str]] = {}
    for row in found:
        label = subject_label(row.subject, part.settings)
        subjects.setdefault(row.scenario, []).append(
            f"{label} at {row.load}" if len(set(part.settings.loads)) > 1 else label
        )
    return "; ".join(f"{scenario} ({', '.join(names)})" for scenario, names in subjects.items())


def _loads(settings: Settings) -> str:
    closed = [str(load.users) for load in settings.loads if not load.is_open]
    rates = [f"{load.rate:g}" for load in settings.loads if load.rate is not None]
    said = [f"closed, {', '.join(dict.fromkeys(closed))} users without pauses"] * bool(closed)
    said += [f"open, {', '.join(rates)} arrivals a second"] * bool(rates)
    return "; ".join(said)


def _pinning_text(pinning: Pinning, *, postgres_is_pinned: bool) -> str:
    if pinning.server is None or pinning.others is None:
        return (
            "No CPU pinning (fewer than two CPUs, or not Linux): server, generator and PostgreSQL share what there is."
        )
    others = f"CPU {_listed(pinning.others)}"
    sharing = (
        "the generator, PostgreSQL and the runner share" if postgres_is_pinned else "the generator and the runner share"
    )
    where = "" if postgres_is_pinned else "; PostgreSQL is not ours to pin"
    return f"Pinning: the server alone on CPU {_listed(pinning.server)}; {sharing} {others}{where}."


def _listed(cpus: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(cpus)))


def _made_with(session: dict[str, object]) -> str:
    return repr([session.get(name) for name in ("commit", "cpu", "cpus", "packages", "python")])
