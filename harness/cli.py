"""`python -m harness up|down|reset|doctor|psql`, which the Makefile calls."""

import os
import signal
import subprocess
from typing import Annotated

import typer
from rich.console import Console

from harness import doctor as checks
from harness import program, shop
from harness.postgres import postgres
from harness.stopping import end_all, forget_all
from harness.up import run

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
    """Run PostgreSQL and both wings with demo data, until Ctrl-C."""
    run(console)


@cli.command()
def down() -> None:
    """End `up`, and what a killed command left behind."""
    for line in end_all():
        console.print(line, soft_wrap=True)


@cli.command()
def reset() -> None:
    """Delete the data. Refused while something runs on it."""
    console.print(f"Deleted {forget_all()}.", soft_wrap=True)


@cli.command()
def doctor() -> None:
    """Check what this machine needs, and say how to mend what is missing."""
    raise typer.Exit(checks.report(console))


@cli.command()
def url() -> None:
    """Print the URL of the demo database, while `up` runs."""
    print(shop.url())


@cli.command(context_settings={"ignore_unknown_options": True})
def psql(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Open PostgreSQL's shell on the demo data; arguments are passed on."""
    with postgres() as server:
        shop.database(server)
        variables = os.environ | server.client_environment(shop.name(server))
        # Ctrl-C is the shell's: it cancels a query, and we wait for its end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise typer.Exit(subprocess.run([server.psql, *(arguments or [])], env=variables).returncode)


def main() -> None:
    """Run a command."""
    program.run(cli)
