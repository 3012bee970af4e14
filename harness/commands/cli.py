"""Command line of the harness: `python -m harness --help` lists the commands. The Makefile uses it."""

import os
import signal
import subprocess
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from harness.commands import doctor as checks
from harness.commands import program
from harness.commands import tutorial as tutorial_shops
from harness.commands.diff import Request, Response, ServerUnreachable, report, send
from harness.commands.down import delete_all, stop_all
from harness.commands.up import implementation_ports, run
from harness.commands.worker import run as run_worker
from harness.databases import demo
from harness.paths import BadSetting
from harness.postgres.server import postgres

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Run the shop on this machine.",
)


class Implementation(StrEnum):
    """The implementations."""

    DJANGO = "django"
    FASTAPI = "fastapi"


# No markup: paths may contain brackets and colons.
console = Console(markup=False, highlight=False, emoji=False)


@cli.command()
def up() -> None:
    """Run PostgreSQL and both implementations with demo data, until Ctrl-C."""
    run(console)


@cli.command()
def worker(
    implementation: Annotated[Implementation, typer.Option(help="Whose worker.")] = Implementation.DJANGO,
) -> None:
    """Run another Celery worker on the demo data, until Ctrl-C. `make up` has one of each implementation."""
    run_worker(console, implementation.value)


@cli.command()
def tutorial() -> None:
    """Run both tutorial shops on temporary databases with demo data, until Ctrl-C."""
    tutorial_shops.run(console)


@cli.command()
def down() -> None:
    """Stop `make up` and `make tutorial`, and processes that a killed command left running."""
    for line in stop_all():
        console.print(line, soft_wrap=True)


@cli.command()
def reset() -> None:
    """Delete the data. Fails while a command uses it."""
    console.print(f"Deleted the shop's data in {delete_all()}.", soft_wrap=True)


@cli.command()
def doctor() -> None:
    """Check Python, packages, PostgreSQL, ports and disk, and explain how to fix problems."""
    raise typer.Exit(checks.report(console))


@cli.command()
def url() -> None:
    """Print the URL of the demo database while `make up` is running."""
    print(demo.url())


HeaderOption = Annotated[list[str] | None, typer.Option("--header", "-H", help="`Name: value`; may be repeated.")]


@cli.command()
def diff(
    path: Annotated[str, typer.Argument(envvar="URL_PATH", metavar="URL_PATH", help="Such as /api/products?limit=2.")],
    method: Annotated[str | None, typer.Option("--request", "-X", help="[GET, or POST with --data]")] = None,
    header: HeaderOption = None,
    data: Annotated[str | None, typer.Option("--data", "-d", help="Body; its default type is JSON.")] = None,
) -> None:
    """Send one request to both servers of `make up`, and show how their responses differ.

    Exits with 0 if the responses are equal, with 1 if they differ, and with 2 on an error.
    """
    if not path.startswith("/"):
        raise typer.BadParameter("it must start with a slash, such as /api/products?limit=2", param_hint="URL_PATH")
    headers = dict(line.partition(":")[::2] for line in header or [])
    request = Request(path, method or ("GET" if data is None else "POST"), _strip(headers), data)
    try:
        responses: dict[str, Response] = {
            name: send(name, port, request) for name, port in implementation_ports().items()
        }
    except (ServerUnreachable, BadSetting) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    lines, is_equal = report(responses)
    print(*lines, sep="\n")
    raise typer.Exit(0 if is_equal else 1)


def _strip(headers: dict[str, str]) -> dict[str, str]:
    return {name.strip(): value.strip() for name, value in headers.items()}


@cli.command(context_settings={"ignore_unknown_options": True})
def psql(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Open psql on the demo database. Arguments are passed to psql."""
    with postgres() as server:
        demo.database(server)
        variables = os.environ | server.client_environment(demo.name(server))
        # In psql, Ctrl-C cancels a query. It must not stop this command, which waits for psql.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise typer.Exit(subprocess.run([server.psql, *(arguments or [])], env=variables).returncode)


def main() -> None:
    """Run the command of the command line."""
    program.run(cli)
