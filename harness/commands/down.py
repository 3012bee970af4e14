"""Stop `make up`, `make tutorial` and leftover processes, and delete the data: `make down` and `make reset`."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from harness.paths import default_data_dir
from harness.postgres.cluster import Cluster
from harness.processes.locks import EXCLUSIVE, NON_BLOCKING, file_lock
from harness.processes.records import TUTORIAL, UP, Record, live_records, run_dir

_STOP_TIMEOUT_SECONDS = 15


class InUse(RuntimeError):
    """A process still uses the data."""


def stop_all(data_dir: Path | None = None) -> Iterator[str]:
    """Stop `make up`, `make tutorial` and every process whose command has ended. Yields a line for each.

    Processes of other running commands are not stopped. PostgreSQL is stopped if no command uses it.
    """
    data_dir = data_dir or default_data_dir()
    for record in live_records(data_dir):
        if record.name in {UP, TUTORIAL}:
            _terminate(record)
            yield f"Stopped `{record.name}` (process {record.pid})."
    for record in live_records(data_dir):
        if record.is_owned():
            yield f"Not stopped: {record.name} (process {record.pid}), because process {record.owner_pid} uses it."
        else:
            _kill_group(record)
            yield f"Stopped {record.name} (process {record.pid}), which a killed command left running."
    yield _stop_postgres(Cluster(data_dir))
    if not live_records(data_dir):
        for log in run_dir(data_dir).glob("*.log"):
            log.unlink()


def delete_all(data_dir: Path | None = None) -> Path:
    """Delete the files of the harness in its data directory, and return the directory. Raises InUse."""
    data_dir = data_dir or default_data_dir()
    cluster = Cluster(data_dir)
    if running := live_records(data_dir):
        raise InUse(f"{running[0].name} (process {running[0].pid}) is running: use `make down` first.")
    try:
        with file_lock(cluster.users_lock, EXCLUSIVE | NON_BLOCKING):
            cluster.stop()
            _delete(data_dir)
    except BlockingIOError as error:
        raise InUse("A command still uses PostgreSQL: stop that command first.") from error
    return data_dir


def _stop_postgres(cluster: Cluster) -> str:
    try:
        with file_lock(cluster.users_lock, EXCLUSIVE | NON_BLOCKING):
            if cluster.postmaster() is None:
                return "PostgreSQL is not running."
            cluster.stop()
            return "Stopped PostgreSQL."
    except BlockingIOError:
        return "PostgreSQL was not stopped, because another command uses it."


def _terminate(record: Record) -> None:
    deadline = time.monotonic() + _STOP_TIMEOUT_SECONDS
    with suppress(ProcessLookupError):
        os.kill(record.pid, signal.SIGTERM)
    while record.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)


def _kill_group(record: Record) -> None:
    with suppress(ProcessLookupError):
        os.killpg(record.pid, signal.SIGKILL)


def _delete(data_dir: Path) -> None:
    # Not the whole directory: DATA_DIR may contain other files.
    for path in [*data_dir.glob("postgres*"), data_dir / "run", data_dir / "media/products"]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for directory in (data_dir / "media", data_dir):
        with suppress(OSError):
            directory.rmdir()
