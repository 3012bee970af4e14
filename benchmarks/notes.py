"""What a reader must know beside the figures: how they were made, and which of them to doubt."""

from collections.abc import Callable

from benchmarks.processors import Pinning
from benchmarks.results import Results
from benchmarks.settings import Settings
from benchmarks.summary import Row, Summary

# Below this share of its CPU, something else than the server held the rate down; above the other one, perhaps the
# generator did.
SERVER_BOUND, GENERATOR_BUSY = 0.9, 0.5
# What the kernel does for a server, such as interrupts, is not the server's own: it stays well below this.
INTRUDED = 0.05


def budget(settings: Settings, pinning: Pinning, *, postgres_is_pinned: bool) -> list[str]:
    """What every variant is given alike."""
    workers, threads = settings.workers, settings.threads
    return [
        (
            f"Servers: {workers} worker process{'es' if workers > 1 else ''}, {threads} database connections in each; "
            f"gunicorn is gthread with {threads} threads and its master process, uvicorn has uvloop and httptools."
        ),
        "Keep-alive of 75 s, no access log, log level warning, production settings.",
        _pinning_text(pinning, postgres_is_pinned=postgres_is_pinned),
        (
            f"Rows: {settings.size:,} products (seed {settings.seed}). Each leg has a database cloned from one "
            "template and a server started anew."
        ),
        (
            f"Load: closed, {settings.users} users without pauses. In each leg a scenario runs for "
            f"{settings.warm_up:g} s that are discarded, then {settings.duration:g} s that are measured. "
            "Rounds go ABBA, BAAB, ABBA, ..."
        ),
    ]


def method() -> list[str]:
    """How the columns are computed."""
    return [
        (
            "Rates and CPU per request are medians of rounds, memory and shares medians of legs; percentiles are of "
            "the answers of all rounds together (where there are few, as in login, p99 is nearly the slowest)."
        ),
        (
            "Ratio: one variant's median over the other's. Its 95% interval is a bootstrap: rounds are drawn with "
            "replacement, both variants of a round together, and the interval is widened as so few rounds ask."
        ),
        (
            "A/A: each variant's two turns in a round, compared with each other in the same way; the widest end of "
            "these intervals. Where a ratio's interval touches this band, the table says no difference."
        ),
        "Server CPU is that of all its processes. RSS is the sum of their peaks, shared pages counted for each.",
        "Every answer's status and body was checked, in the warm-up too. One wrong answer makes a scenario INVALID.",
    ]


def doubts(summary: Summary, results: Results) -> list[str]:
    """What in this run asks for care."""
    found = [
        f"{scenario} is INVALID: {reason}" for scenario, reasons in summary.invalid.items() for reason in reasons[:3]
    ]
    if idle := _where(summary, lambda row: row.server_share < SERVER_BOUND):
        found.append(f"The server left more than a tenth of its CPU unused, so something else was the limit: {idle}.")
    if busy := _where(summary, lambda row: row.generator_share > GENERATOR_BUSY):
        found.append(f"The generator used more than half of a CPU and may have held these back: {busy}.")
    if disturbed := _where(summary, lambda row: (row.intruder_share or 0) > INTRUDED):
        found.append(
            f"Other programs used more than a twentieth of the server's CPU, so the machine was busy: {disturbed}."
        )
    if any(session["commit"].endswith("changes") for session in results.sessions):
        found.append("Files differed from the commit that is named.")
    if len({_made_with(session) for session in results.sessions}) > 1:
        found.append("The run was resumed with another commit, CPU or set of packages: its rounds may not be alike.")
    if summary.rounds < results.settings.rounds:
        found.append(f"Only {summary.rounds} of {results.settings.rounds} rounds were finished.")
    return found


def _where(summary: Summary, is_so: Callable[[Row], bool]) -> str:
    """Scenarios of the rows that are so, each with its variants."""
    found = [row for row in summary.rows if is_so(row)]
    if len(found) == len(summary.rows) > 1:
        return "everywhere"
    variants: dict[str, list[str]] = {}
    for row in found:
        variants.setdefault(row.scenario, []).append(row.variant)
    return ", ".join(f"{scenario} ({' and '.join(names)})" for scenario, names in variants.items())


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
