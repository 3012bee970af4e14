"""Notes of what was started, so that what a killed command left behind can be found: by process id and identity."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from harness.paths import default_data_dir, usable
from harness.processes.identity import identity

UP = "make up"


@dataclass(frozen=True)
class Record:
    """A process that was started, and the command that started it: process ids, and what `identity` says of each."""

    what: str
    pid: int
    process: str
    owner_pid: int
    owner: str

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return identity(self.pid) == self.process

    def is_owned(self) -> bool:
        """Whether the command that started it still runs."""
        return identity(self.owner_pid) == self.owner


def run_dir(data_dir: Path | None = None) -> Path:
    """Directory of records and server logs. Raises BadSetting."""
    directory = usable(data_dir or default_data_dir()) / "run"
    directory.mkdir(exist_ok=True)
    return directory


@contextmanager
def recorded(what: str, pid: int, data_dir: Path | None = None) -> Iterator[None]:
    """Keep a record of the process as long as it is looked after."""
    record = Record(what, pid, identity(pid) or "", os.getpid(), identity(os.getpid()) or "")
    path = run_dir(data_dir) / f"{pid}.json"
    # Renamed when it is whole: another command may read it at any time.
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(record)), encoding="utf-8")
    new.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def living(data_dir: Path | None = None) -> list[Record]:
    """Records of processes that still run. A record is deleted when its process is surely gone."""
    records = []
    for path in sorted(run_dir(data_dir).glob("*.json")):
        record = _read(path)
        if record and record.is_alive():
            records.append(record)
        elif _is_surely_gone(path, record):
            path.unlink(missing_ok=True)
    return records


def _read(path: Path) -> Record | None:
    with suppress(ValueError, TypeError, FileNotFoundError):
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    return None


def _is_surely_gone(path: Path, record: Record | None) -> bool:
    # What cannot be read may be another version's; what has no identity may be another user's.
    pid = record.pid if record else int(path.stem) if path.stem.isdecimal() else 0
    return not psutil.pid_exists(pid) or bool(record and identity(pid))
