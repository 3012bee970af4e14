"""Run what works behind the servers: the relays, and the workers and the schedulers (beat) of Celery."""

import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, get_args

from harness.paths import ROOT
from harness.processes.records import process_record, run_dir
from harness.servers import guarded
from harness.servers.command_lines import Budget, environment_for
from harness.servers.guarded import RunningProgram

type Side = Literal["django", "fastapi"]
Role = Literal["relay", "worker", "beat"]
ROLES: tuple[Role, ...] = get_args(Role)

_RELAYS = {
    "django": ["django_impl/manage.py", "relay"],
    "fastapi": ["-m", "fastapi_impl", "relay"],
}


# --8<-- [start:command-lines]
def background_command(side: Side, role: Role) -> list[str]:
    """Return the command line of the relay, the worker or the beat of an implementation."""
    if role == "relay":
        return [sys.executable, *_RELAYS[side]]
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", f"{side}_impl.config.celery", role]
    # With a pool of processes, a worker whose children are killed waits for ever if PostgreSQL is the broker.
    threads = ["--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle"]
    return [*celery, *threads] if role == "worker" else celery
    # --8<-- [end:command-lines]


@contextmanager
def background(
    side: Side, role: Role, database_url: str, *, environment: Mapping[str, str] | None = None
) -> Iterator[RunningProgram]:
    """Run the relay, the worker or the beat of an implementation until the end of the block. Raises ServerFailed."""
    name = f"{side}-{role}"
    log = run_dir() / f"{name}-{os.getpid()}-{secrets.token_hex(3)}.log"
    variables = environment_for(database_url, Budget(), environment)
    running = guarded.start(name, background_command(side, role), log, variables, directory=str(ROOT))
    try:
        with process_record(name, running.process.pid):
            yield running
    finally:
        running.stop()
