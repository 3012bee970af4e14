"""Notes of what was started, so that what a killed command left behind can be found: by process id and start time."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from harness.paths import default_data_dir

UP = "make up"


@dataclass(frozen=True)
class Record:
    """A process that was started, and the command that started it. Start times are in seconds since 1970."""

    what: str
    pid: int
    started: float
    owner_pid: int
    owner_started: float

    def process(self) -> psutil.Process | None:
        """The process, None when it is gone."""
        return _alive(self.pid, self.started)

    def owner(self) -> psutil.Process | None:
        """The command that started it, None when it is gone."""
        return _alive(self.owner_pid, self.owner_started)


def run_dir(data_dir: Path | None = None) -> Path:
    """Directory of records and server logs."""
    directory = (data_dir or default_data_dir()) / "run"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@contextmanager
def recorded(what: str, process: psutil.Process, data_dir: Path | None = None) -> Iterator[None]:
    """Keep a record of the process as long as it is looked after."""
    owner = psutil.Process(os.getpid())
    record = Record(what, process.pid, process.create_time(), owner.pid, owner.create_time())
    path = run_dir(data_dir) / f"{process.pid}.json"
    path.write_text(json.dumps(asdict(record)))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def living(data_dir: Path | None = None) -> list[Record]:
    """Records of processes that still run; those of others are deleted."""
    records = []
    for path in sorted(run_dir(data_dir).glob("*.json")):
        with suppress(ValueError, TypeError, FileNotFoundError):
            record = Record(**json.loads(path.read_text()))
            if record.process():
                records.append(record)
                continue
        path.unlink(missing_ok=True)
    return records


def _alive(pid: int, started: float) -> psutil.Process | None:
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < 0.1
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    return None
