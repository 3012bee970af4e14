"""The directory in which the processes of a server share their metrics."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from multiprocessing import current_process, parent_process
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "shop-django-metrics-"


# --8<-- [start:directory]
def prepare(parent: Path | None) -> None:
    """Create a directory in `parent`, and name it in the variable that prometheus_client reads when it is imported.

    Each process calls this, and all processes of a server get the same directory, which is empty at the server's start.
    Those of servers that have ended are deleted.
    """
    if Path(os.environ.get(VARIABLE, "")).name.startswith(PREFIX):
        return  # by the process that this one was forked from
    main = parent_process()
    pid = main.pid if main else os.getpid()
    # A random key of the main process, which `multiprocessing` passes to workers. uvicorn starts its workers with it.
    key = sha256(current_process().authkey).hexdigest()[:16]
    directory = Path(parent or tempfile.gettempdir()) / f"{PREFIX}{pid}-{key}"
    for other in {*directory.parent.glob(f"{PREFIX}[0-9]*-*")} - {directory}:
        owner = int(other.name.split("-")[-2])
        if owner == pid or not is_running(owner):
            shutil.rmtree(other, ignore_errors=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    os.environ[VARIABLE] = str(directory)
    # --8<-- [end:directory]


def remove() -> None:
    """Delete the directory, in the main process. That of uvicorn's workers is deleted when a server starts again."""
    if parent_process() is None and Path(os.environ.get(VARIABLE, "")).name.startswith(PREFIX):
        shutil.rmtree(os.environ[VARIABLE], ignore_errors=True)


# --8<-- [start:ended]
def ended_processes() -> Iterator[int]:
    """Yield the processes of this server that were killed. Their gauges must not count any more."""
    for file in Path(os.environ[VARIABLE]).glob("gauge_live*.db"):
        if not is_running(pid := int(file.stem.rpartition("_")[2])):
            yield pid
            # --8<-- [end:ended]


def is_running(pid: int) -> bool:
    """Return whether there is a process with this id."""
    with suppress(PermissionError):  # it belongs to another user
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
