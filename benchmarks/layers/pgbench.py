"""The lowest layer: the same SQL sent by pgbench, without web server and Python. No framework can be faster."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Literal, get_args
from urllib.parse import unquote, urlsplit

from benchmarks.environment.processors import cpu_seconds_of_tree, increases
from benchmarks.layers.products import TYPES
from benchmarks.scenarios.sample import Sample
from harness.postgres.server import Server

Read = Literal["product_detail", "product_list"]
READS: tuple[Read, ...] = get_args(Read)

_PATTERNS = {
    "transactions": r"number of transactions actually processed: (\d+)",
    "latency": r"latency average = ([\d.]+) ms",
    "rate": r"tps = ([\d.]+) ",
}


class PgbenchFailed(RuntimeError):
    """pgbench failed. The message contains its output."""


@dataclass(frozen=True)
class Limit:
    """The results of pgbench. CPU is in microseconds per transaction, None for a server given by DATABASE_URL."""

    transactions: int
    transactions_per_second: float
    latency_milliseconds: float
    database_cpu_microseconds: float | None


def measure(
    server: Server, database_url: str, read: Read, sample: Sample, *, seconds: int, clients: int = 4, seed: int = 1
) -> Limit:
    """Run the statement of a read for `seconds`, as a prepared statement of each client. Raises PgbenchFailed."""
    leader = server.process()
    with tempfile.TemporaryDirectory() as directory:
        files = _write(Path(directory), scripts(read, sample))
        before = cpu_seconds_of_tree(leader.pid) if leader else 0.0
        output = _run(server, database_url, files, seconds=seconds, clients=clients, seed=seed)
        (used,) = increases([before], [cpu_seconds_of_tree(leader.pid)]) if leader else (None,)
    transactions = int(_number(output, "transactions"))
    if not transactions:
        raise PgbenchFailed(f"pgbench executed no transaction.\n{output}")
    per_transaction = None if used is None else used / transactions * 1_000_000
    return Limit(transactions, _number(output, "rate"), _number(output, "latency"), per_transaction)


def scripts(read: Read, sample: Sample) -> list[tuple[str, int]]:
    """Return the pgbench scripts of a read with their weights, which are the numbers of the scenario's requests."""
    if read == "product_detail":
        slugs = [slug for slug, *_ in sample.products]
        return [(_script("product_detail", count=len(slugs), slugs=_array(slugs, "text")), len(slugs))]
    return [script for ordering in _orderings(sample) for script in _page_scripts(sample, ordering)]


def _orderings(sample: Sample) -> list[str]:
    return list(dict.fromkeys(ordering for ordering, _ in sample.product_pages))


def _page_scripts(sample: Sample, ordering: str) -> Iterator[tuple[str, int]]:
    column = ordering.removeprefix("-")
    direction, beyond = ("DESC", "<") if ordering.startswith("-") else ("ASC", ">")
    rows = [row for (name, depth), row in sample.product_pages.items() if name == ordering and depth]
    yield _script("product_list_first", column=column, direction=direction), 1
    if rows:
        values = _array((str(value) for value, _ in rows), TYPES[column])
        ids = _array((key for _, key in rows), "uuid")
        names = {"column": column, "direction": direction, "beyond": beyond}
        yield _script("product_list_after", count=len(rows), values=values, ids=ids, **names), len(rows)


def _script(name: str, **values: Any) -> str:
    return Template(Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")).substitute(values)


def _array(values: Iterable[str], type_name: str) -> str:
    return f"ARRAY[{', '.join(map(_literal, values))}]::{type_name}[]"


def _literal(text: str) -> str:
    # pgbench replaces variables in literals too, and would take a colon before a letter for one.
    escaped = text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3A")
    return f"E'{escaped}'"


def _write(directory: Path, scripts: list[tuple[str, int]]) -> list[str]:
    options = []
    for number, (text, weight) in enumerate(scripts):
        path = directory / f"{number}.sql"
        path.write_text(text, encoding="utf-8")
        options += ["--file", f"{path}@{weight}"]
    return options


def _run(server: Server, database_url: str, files: list[str], *, seconds: int, clients: int, seed: int) -> str:
    options = [
        "--no-vacuum",
        "--protocol=prepared",
        f"--client={clients}",
        f"--time={seconds}",
        f"--random-seed={seed}",
    ]
    environment = os.environ | server.client_environment(unquote(urlsplit(database_url).path).strip("/"))
    finished = subprocess.run(
        [server.pgbench, *options, *files],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if finished.returncode != 0:
        raise PgbenchFailed(f"pgbench failed:\n{finished.stderr[-2000:]}")
    return finished.stdout


def _number(output: str, name: str) -> float:
    match = re.search(_PATTERNS[name], output)
    if not match:
        raise PgbenchFailed(f"pgbench printed no {name}:\n{output}")
    return float(match[1])
