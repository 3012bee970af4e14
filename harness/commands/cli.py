"""`python -m harness up|down|reset|doctor|url|diff|psql`, which the Makefile calls."""

import os
import signal
import subprocess
from typing import Annotated

import typer
from rich.console import Console

from harness.commands import doctor as checks
from harness.commands import program
from harness.commands.diff import Answer, NotServing, Request, ask, report
from harness.commands.down import end_all, forget_all
from harness.commands.up import chosen_ports, run
from harness.databases import demo
from harness.paths import BadSetting
from harness.postgres.server import postgres

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Run the shop by hand.",
)
# Paths and names are printed as they are: a bracket in them is no markup.
console = Console(markup=False, highlight=False, emoji=False)


@cli.command()
def up() -> None:
    """Run PostgreSQL and both implementations with demo data, until Ctrl-C."""
    run(console)


@cli.command()
def down() -> None:
    """End `up`, and what a killed command left behind."""
    for line in end_all():
        console.print(line, soft_wrap=True)


@cli.command()
def reset() -> None:
    """Delete the data. Refused while something runs on it."""
    console.print(f"Deleted what the shop kept in {forget_all()}.", soft_wrap=True)


@cli.command()
def doctor() -> None:
    """Check what this machine needs, and say how to fix what is missing."""
    raise typer.Exit(checks.report(console))


@cli.command()
def url() -> None:
    """Print the URL of the demo database, while `up` runs."""
    print(demo.url())


HeaderOption = Annotated[list[str] | None, typer.Option("--header", "-H", help="`Name: value`; may be repeated.")]


@cli.command()
def diff(
    path: Annotated[str, typer.Argument(envvar="URL_PATH", metavar="URL_PATH", help="Such as /api/products?limit=2.")],
    method: Annotated[str | None, typer.Option("--request", "-X", help="[GET, or POST with --data]")] = None,
    header: HeaderOption = None,
    data: Annotated[str | None, typer.Option("--data", "-d", help="Body, JSON unless a header says so.")] = None,
) -> None:
    """Ask both servers of `up` the same, and show in what they differ: exit status 0, 1 when they do, 2 on trouble."""
    if not path.startswith("/"):
        raise typer.BadParameter("it must begin with a slash, such as /api/products?limit=2", param_hint="URL_PATH")
    headers = dict(line.partition(":")[::2] for line in header or [])
    request = Request(path, method or ("GET" if data is None else "POST"), _stripped(headers), data)
    try:
        answers: dict[str, Answer] = {name: ask(name, port, request) for name, port in chosen_ports().items()}
    except (NotServing, BadSetting) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    lines, is_alike = report(answers)
    print(*lines, sep="\n")
    raise typer.Exit(0 if is_alike else 1)


def _stripped(headers: dict[str, str]) -> dict[str, str]:
    return {name.strip(): value.strip() for name, value in headers.items()}


@cli.command(context_settings={"ignore_unknown_options": True})
def psql(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Open PostgreSQL's shell on the demo data; arguments are passed on."""
    with postgres() as server:
        demo.database(server)
        variables = os.environ | server.client_environment(demo.name(server))
        # Ctrl-C is the shell's: it cancels a query, and we wait for its end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise typer.Exit(subprocess.run([server.psql, *(arguments or [])], env=variables).returncode)


def main() -> None:
    """Run a command."""
    program.run(cli)
