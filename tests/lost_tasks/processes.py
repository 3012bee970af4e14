"""Processes of the example applications, their mail servers, and their orders."""

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from harness.paths import ROOT
from harness.ports import LOOPBACK, free_port
from harness.processes.records import run_dir
from harness.servers import guarded
from harness.servers.guarded import RunningProgram
from tests.contract.notifications.mailbox import Mailbox, mailbox
from tests.harness.processes import eventually

WITHIN_SECONDS = 60
DJANGO = ["-m", "django"]


@dataclass
class Shop:
    """The orders of an application, in a file that its processes share, and its other settings."""

    database: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def orders(self) -> list[str]:
        """Return the customers of the stored orders."""
        with closing(sqlite3.connect(self.database)) as connection:
            return [email for (email,) in connection.execute("SELECT email FROM orders ORDER BY id")]

    def create_table(self) -> None:
        """Create the table of the orders, for an application that does not do it itself."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute("CREATE TABLE orders (id integer PRIMARY KEY, email text NOT NULL)")

    def variables(self, box: Mailbox) -> dict[str, str]:
        """Return the environment variables of a process that sends its mails to this server."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SHOP_DATABASE": str(self.database),
            "SMTP_PORT": str(box.port),
            "DJANGO_SETTINGS_MODULE": "tests.lost_tasks.django_tasks.settings",
            **self.environment,
        }

    def run(self, box: Mailbox, *words: str) -> int:
        """Run a Python command, and return its exit status."""
        return subprocess.run([sys.executable, *words], cwd=ROOT, env=self.variables(box)).returncode

    @contextmanager
    def running(self, box: Mailbox, *words: str) -> Iterator[RunningProgram]:
        """Run a Python command until the end of the block, and then kill what is left of it."""
        log = run_dir() / f"example-{os.getpid()}-{secrets.token_hex(3)}.log"
        variables = self.variables(box)
        program = guarded.start("example", [sys.executable, *words], log, variables, directory=str(ROOT))
        try:
            yield program
        finally:
            kill(program)
            program.stop()


def kill(program: RunningProgram) -> None:
    """Kill a program and its children with SIGKILL, as when the machine loses its power. Waits for its end."""
    if program.is_running():
        os.killpg(program.process.pid, signal.SIGKILL)
    program.wait_for_end(WITHIN_SECONDS)


@contextmanager
def silent_mailbox() -> Iterator[Mailbox]:
    """Run a mail server that takes mails and never answers, so that a task does not end."""
    with mailbox() as box:
        box.answer = None
        try:
            yield box
        finally:
            box.answer = "451 The test is over"


@contextmanager
def serving(shop: Shop, box: Mailbox, *words: str) -> Iterator[tuple[RunningProgram, str]]:
    """Run a web server, whose command line ends with the port. Yields it with its address, once it answers."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    with shop.running(box, *words, str(port)) as program:
        assert eventually(lambda: answers(url)), program.log_tail()
        yield program, url


def answers(url: str) -> bool:
    """Return whether a server answers."""
    try:
        httpx.get(url, trust_env=False)
    except httpx.TransportError:
        return False
    return True


def place_order(url: str, email: str) -> httpx.Response:
    """Send an order."""
    return httpx.post(f"{url}/orders", params={"email": email}, timeout=WITHIN_SECONDS, trust_env=False)
