"""Files that record the started processes, so that `make down` finds the ones that a killed command left running."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from harness.paths import default_data_dir, ensure_writable
from harness.processes.identity import identity

UP, TUTORIAL = "make up", "make tutorial"


@dataclass(frozen=True)
class Record:
    """A started process and the process that started it, its owner. Both have an id and an identity (`identity()`)."""

    name: str
    pid: int
    identity: str
    owner_pid: int
    owner_identity: str

    def is_alive(self) -> bool:
        """Return True if the process still runs."""
        return identity(self.pid) == self.identity

    def is_owned(self) -> bool:
        """Return True if the owner still runs."""
        return identity(self.owner_pid) == self.owner_identity


def run_dir(data_dir: Path | None = None) -> Path:
    """Return the directory of records and server logs, which is created if it does not exist. Raises BadSetting."""
    directory = ensure_writable(data_dir or default_data_dir()) / "run"
    directory.mkdir(exist_ok=True)
    return directory


@contextmanager
def process_record(name: str, pid: int, data_dir: Path | None = None) -> Iterator[None]:
    """Write a record of the process, with this process as its owner, and delete it at the end. Raises BadSetting."""
    record = Record(name, pid, identity(pid) or "", os.getpid(), identity(os.getpid()) or "")
    path = run_dir(data_dir) / f"{pid}.json"
    # Written under another name first, because another command may read the record at any time.
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(record)), encoding="utf-8")
    new.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def live_records(data_dir: Path | None = None) -> list[Record]:
    """Return the records of running processes, and delete those of processes that have certainly ended."""
    records = []
    for path in sorted(run_dir(data_dir).glob("*.json")):
        record = _read(path)
        if record and record.is_alive():
            records.append(record)
        elif _has_certainly_ended(path, record):
            path.unlink(missing_ok=True)
    return records


def _read(path: Path) -> Record | None:
    with suppress(ValueError, TypeError, FileNotFoundError):
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    return None


def _has_certainly_ended(path: Path, record: Record | None) -> bool:
    # A record that cannot be parsed may come from another version of the harness.
    # A process without an identity may belong to another user.
    pid = record.pid if record else int(path.stem) if path.stem.isdecimal() else 0
    return not psutil.pid_exists(pid) or bool(record and identity(pid))
