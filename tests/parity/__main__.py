"""`python -m tests.parity`: measure how alike the implementations are, and write the pages that say so."""

import os
import platform
import secrets
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.environment.provenance import commit, cpu_model
from harness.commands import program
from harness.postgres.server import Server, postgres
from tests.parity.matrix import cases_page, page
from tests.parity.matrix.adapters import lines_of_implementations
from tests.parity.matrix.corpus import judged
from tests.parity.matrix.long_forms import differential, generative
from tests.parity.matrix.record import Record, counted, mutation_score, read_record, write_record
from tests.parity.matrix.statements import costs
from tests.parity.verdicts import COLUMNS

console = Console()
SHOWN = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())


def main(
    steps: Annotated[int, typer.Option(help="Steps of the differential tests, in each of the two.")] = 2000,
    examples: Annotated[int, typer.Option(help="Examples of Schemathesis for each operation and phase.")] = 20,
    seed: Annotated[int | None, typer.Option(help="Seed of both, to repeat a run; a new one by default.")] = None,
    corpus_only: Annotated[bool, typer.Option(help="Leave both as they were recorded.")] = False,
    page_only: Annotated[bool, typer.Option(help="Measure nothing: render docs/parity.md again.")] = False,
) -> None:
    """Send the corpus to both implementations and both tutorial shops, run the long forms, write docs/parity.md."""
    if page_only:
        page.PAGE.write_text(page.rendered(read_record()), encoding="utf-8")
        return
    number = secrets.randbits(32) if seed is None else seed
    record = read_record()
    with postgres() as server, Progress(*SHOWN, console=console, refresh_per_second=2) as progress:
        record["made"] = _made(server)
        found = judged(server, progress)
        record["corpus"] = counted(found)
        record["statements"] = costs(server, progress)
        if not corpus_only:
            console.print(f'Seed of what is random: {number}. To repeat this run: make parity ARGS="--seed {number}"')
            record["differential"] = differential(steps, number, progress, console)
            record["generative"] = generative(examples, number, progress, console)
    record["lines"] = lines_of_implementations()
    record["mutants"] = mutation_score() or record.get("mutants")
    write_record(record)
    page.PAGE.write_text(page.rendered(record), encoding="utf-8")
    cases_page.PAGE.write_text(cases_page.rendered(found), encoding="utf-8")
    raise typer.Exit(_tell(record))


def _made(server: Server) -> Record:
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


def _tell(record: Record) -> int:
    """Print what it comes to; 1 where an implementation departs from the contract."""
    wrong = sum(run["failed"] for name in ("differential", "generative") if (run := record.get(name)))
    console.print(f"random tests that failed: {wrong}")
    for column, (cases, _, status, body, whole) in page.totals(record["corpus"]).items():
        title = COLUMNS[column]
        console.print(f"{title}: of {cases} cases {status} with the right status, {body} body too, {whole} altogether")
        wrong += cases - whole if column in page.IMPLEMENTATIONS else 0
    console.print(f"The pages are docs/{page.PAGE.name} and docs/{page.CASES}.")
    return int(wrong > 0)


if __name__ == "__main__":
    program.run(partial(typer.run, main))
