"""What every command of this repository does alike: its output, its signals, its failures."""

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
    """Run a command; what went wrong is one message without a traceback, and exit status 1."""
    show_what_can_be_shown()
    # A closed terminal or a plain kill ends a command as Ctrl-C does: what it started is stopped.
    on_signals((signal.SIGTERM, signal.SIGHUP), signal.default_int_handler)
    try:
        command()
    except (*FAILURES, *failures) as error:
        console = Console(stderr=True, markup=False, highlight=False, emoji=False)
        console.print(str(error).strip(), style="red", soft_wrap=True)
        sys.exit(1)


def show_what_can_be_shown() -> None:
    """Print `?` for letters that the terminal's encoding lacks; Python's own choice is to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def on_signals(numbers: Iterable[int], handler: Callable[[int, FrameType | None], object]) -> None:
    """Handle signals, but those that this program was started to ignore, as nohup and a script's `&` do."""
    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)
