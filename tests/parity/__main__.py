"""`python -m tests.parity`: compare the implementations, and write docs/parity.md and docs/parity-cases.md.

With `--implementation FILE.toml` it sends the corpus to the server of that file instead, and writes no page.
"""

import os
import platform
import secrets
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.environment.provenance import commit, cpu_model
from harness.commands import program
from harness.postgres.server import Server, postgres
from harness.servers.added import BadImplementation, read_added
from tests.parity.cases import read_cases
from tests.parity.report import cases_page, page
from tests.parity.report.added import judge_added, print_findings
from tests.parity.report.code_lines import count_lines
from tests.parity.report.corpus import judge_all_columns
from tests.parity.report.random_tests import run_differential_tests, run_generative_tests
from tests.parity.report.record import Record, count_verdicts, mutation_score, read_record, write_record
from tests.parity.report.statements import measure_costs
from tests.parity.verdicts import COLUMNS

console = Console()
PROGRESS_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(bar_width=24),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)


def main(
    steps: Annotated[int, typer.Option(help="Number of steps of each of the two differential tests.")] = 2000,
    examples: Annotated[int, typer.Option(help="Examples of Schemathesis for each operation and phase.")] = 20,
    seed: Annotated[int | None, typer.Option(help="Seed of the random tests. The default is a new seed.")] = None,
    corpus_only: Annotated[
        bool, typer.Option(help="Do not run the random tests, keep their recorded results.")
    ] = False,
    page_only: Annotated[
        bool, typer.Option(help="Only write docs/parity.md again, from the recorded results.")
    ] = False,
    implementation: Annotated[
        list[Path] | None,
        typer.Option(help="Only send the corpus to the server of this TOML file; may be repeated. Writes no page."),
    ] = None,
) -> None:
    """Send the corpus to both implementations and both tutorial shops, run the random tests, and write the pages."""
    if implementation:
        raise typer.Exit(_judge_added(implementation))
    if page_only:
        page.PAGE.write_text(page.rendered(read_record()), encoding="utf-8")
        return
    number = secrets.randbits(32) if seed is None else seed
    record = read_record()
    with postgres() as server, Progress(*PROGRESS_COLUMNS, console=console, refresh_per_second=2) as progress:
        record["made"] = _environment(server)
        verdicts = judge_all_columns(server, progress)
        record["corpus"] = count_verdicts(verdicts)
        record["statements"] = measure_costs(server, progress)
        if not corpus_only:
            console.print(f'Seed of the random tests: {number}. To repeat this run: make parity ARGS="--seed {number}"')
            record["differential"] = run_differential_tests(steps, number, progress, console)
            record["generative"] = run_generative_tests(examples, number, progress, console)
    record["lines"] = count_lines()
    record["mutants"] = mutation_score() or record.get("mutants")
    write_record(record)
    page.PAGE.write_text(page.rendered(record), encoding="utf-8")
    cases_page.PAGE.write_text(cases_page.rendered(verdicts), encoding="utf-8")
    raise typer.Exit(_print_summary(record))


def _judge_added(files: list[Path]) -> int:
    """Send the corpus to the servers of the files, and print which cases they pass. Return 1 if not all pass."""
    try:
        added = read_added(files)
    except BadImplementation as error:
        raise typer.BadParameter(str(error), param_hint="--implementation") from error
    with postgres() as server, Progress(*PROGRESS_COLUMNS, console=console, refresh_per_second=2) as progress:
        findings = [(each, judge_added(server, each, read_cases(), progress)) for each in added]
    passes = [print_findings(console, each, found) for each, found in findings]
    return int(not all(passes))


def _environment(server: Server) -> Record:
    """Return date, commit, machine and versions of this run."""
    versions = {name: metadata.version(name) for name in ("django", "djangorestframework", "fastapi")}
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": commit(),
        "cpus": os.cpu_count(),
        "cpu": cpu_model(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "postgresql": server.version(),
        **versions,
    }


def _print_summary(record: Record) -> int:
    """Print the results. Return 1 if an implementation violates the contract, otherwise 0."""
    failures = sum(run["failed"] for name in ("differential", "generative") if (run := record.get(name)))
    console.print(f"random tests that failed: {failures}")
    for column, (cases, _, status, body, whole) in page.totals(record["corpus"]).items():
        title = COLUMNS[column]
        console.print(f"{title}: {cases} cases, right status {status}, right body {body}, right headers {whole}")
        failures += cases - whole if column in page.IMPLEMENTATIONS else 0
    console.print(f"The pages are docs/{page.PAGE.name} and docs/{page.CASES}.")
    return int(failures > 0)


if __name__ == "__main__":
    program.run(partial(typer.run, main))
