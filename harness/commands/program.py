"""Set up output, signals and error messages of a command. All commands of this repository use it."""

import io
import signal
import sys
from collections.abc import Callable, Iterable
from types import FrameType

import psycopg2
from rich.console import Console

from harness.commands.down import InUse
from harness.databases.templates import MigrationFailed
from harness.paths import BadSetting
from harness.ports import PortTaken
from harness.postgres.server import PostgresUnavailable
from harness.servers.server import ServerFailed

FAILURES: tuple[type[Exception], ...] = (
    BadSetting,
    PostgresUnavailable,
    PortTaken,
    ServerFailed,
    MigrationFailed,
    InUse,
    psycopg2.Error,
    OSError,
)


def run(command: Callable[[], object], *, failures: tuple[type[Exception], ...] = ()) -> None:
    """Run a command. An expected error exits with status 1 and one message without a traceback.

    `failures` are expected errors besides FAILURES.
    """
    replace_unencodable_characters()
    # SIGHUP and SIGTERM stop a command in the same way as Ctrl-C, so that it stops the processes that it started.
    on_signals((signal.SIGTERM, signal.SIGHUP), signal.default_int_handler)
    try:
        command()
    except (*FAILURES, *failures) as error:
        console = Console(stderr=True, markup=False, highlight=False, emoji=False)
        console.print(str(error).strip(), style="red", soft_wrap=True)
        sys.exit(1)


def replace_unencodable_characters() -> None:
    """Print `?` for characters that the terminal's encoding does not have. By default, Python raises an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def on_signals(numbers: Iterable[int], handler: Callable[[int, FrameType | None], object]) -> None:
    """Set a handler for the signals, except those that nohup or a script's `&` set to be ignored."""
    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)
