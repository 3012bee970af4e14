"""End what runs, and forget the data."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from harness.paths import default_data_dir
from harness.postgres.cluster import Cluster
from harness.processes.locks import AT_ONCE, EXCLUSIVE, held
from harness.processes.records import UP, Record, living, run_dir

_PATIENCE = 15


class InUse(RuntimeError):
    """Something runs on the data."""


def end_all(data_dir: Path | None = None) -> Iterator[str]:
    """End `up` and every process whose command is gone, and say what was ended. Other commands go on."""
    data_dir = data_dir or default_data_dir()
    for record in living(data_dir):
        if record.what == UP:
            _terminate(record)
            yield f"Ended `make up` (process {record.pid})."
    for record in living(data_dir):
        if record.is_owned():
            yield f"Left alone: {record.what} (process {record.pid}), which process {record.owner_pid} uses."
        else:
            _kill_group(record)
            yield f"Ended {record.what} (process {record.pid}), which a killed command left behind."
    yield _stop_postgres(Cluster(data_dir))
    if not living(data_dir):
        for log in run_dir(data_dir).glob("*.log"):
            log.unlink()


def forget_all(data_dir: Path | None = None) -> Path:
    """Delete what the harness keeps in its data directory, which is returned. Raises InUse."""
    data_dir = data_dir or default_data_dir()
    cluster = Cluster(data_dir)
    if running := living(data_dir):
        raise InUse(f"{running[0].what} (process {running[0].pid}) runs: `make down` ends it, then `make reset` works.")
    try:
        with held(cluster.users_lock, EXCLUSIVE | AT_ONCE):
            cluster.stop()
            _delete(data_dir)
    except BlockingIOError as error:
        raise InUse("A command still uses PostgreSQL: end it, then `make reset` works.") from error
    return data_dir


def _stop_postgres(cluster: Cluster) -> str:
    try:
        with held(cluster.users_lock, EXCLUSIVE | AT_ONCE):
            if cluster.postmaster() is None:
                return "PostgreSQL is not running."
            cluster.stop()
            return "Stopped PostgreSQL."
    except BlockingIOError:
        return "PostgreSQL is left running: another command uses it."


def _terminate(record: Record) -> None:
    deadline = time.monotonic() + _PATIENCE
    with suppress(ProcessLookupError):
        os.kill(record.pid, signal.SIGTERM)
    while record.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)


def _kill_group(record: Record) -> None:
    with suppress(ProcessLookupError):
        os.killpg(record.pid, signal.SIGKILL)


def _delete(data_dir: Path) -> None:
    # By name, because DATA_DIR may be a directory with other things in it.
    for path in [*data_dir.glob("postgres*"), data_dir / "run"]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    with suppress(OSError):
        data_dir.rmdir()
