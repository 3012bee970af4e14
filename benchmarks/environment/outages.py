"""What a run depends on can fail: PostgreSQL may stop, and a disk may be full. Finds this cause of an error."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2

from benchmarks.environment.disks import FULL, Disk, DiskFull, chain, full_disk, is_about_full_disk
from harness.postgres.server import Server

LOG_LINES = 15
# A process of PostgreSQL crashed. PostgreSQL then closes all connections and recovers.
_CRASH = re.compile(r"was terminated by signal|PANIC: ")
_SHUTDOWN = re.compile(r"received (?:smart|fast|immediate) shutdown request")


class DatabaseFailed(RuntimeError):
    """PostgreSQL stopped, crashed or rejected a statement. The message says when, and what its log says."""


class Dependencies:
    """PostgreSQL and the disks that a run uses.

    `step` returns a description of what the run does at the moment. Only lines that PostgreSQL logs from now on count.
    """

    def __init__(self, server: Server, disks: list[Disk], step: Callable[[], str]) -> None:
        self._server, self._disks, self._step = server, disks, step
        self._log_start = self._log_size()

    def check(self) -> None:
        """Raise DiskFull or DatabaseFailed if one of these failures can have caused an error of the run."""
        log = self._log()
        for disk in self._disks:
            if disk.free < FULL:
                raise disk.full()
        if is_about_full_disk(log):
            raise self._data_disk().full()
        if self._has_stopped(log):
            raise self._failed("PostgreSQL stopped", log)
        if _CRASH.search(log):
            raise self._failed("A process of PostgreSQL crashed", log)

    @contextmanager
    def explained(self) -> Iterator["Dependencies"]:
        """Yield this. Replace an error of the block by DiskFull or DatabaseFailed if one of these is its cause."""
        try:
            yield self
        except Exception as error:
            cause = self._cause(error)
            if cause is None or cause is error:
                raise
            raise cause from (None if cause in chain(error) else error)

    def _cause(self, error: Exception) -> Exception | None:
        # The clean-up after the first error also needs PostgreSQL and the disk, so its own error may have replaced it.
        for each in chain(error):
            if isinstance(each, DiskFull | DatabaseFailed):
                return each
        if disk := full_disk(error, self._disks):
            return disk.full()
        try:
            self.check()
        except (DiskFull, DatabaseFailed) as cause:
            return cause
        if isinstance(error, psycopg2.Error):
            message = str(error).strip() or type(error).__name__
            return DatabaseFailed(f"PostgreSQL reported an error during {self._step()}: {message}")
        return None

    def _has_stopped(self, log: str) -> bool:
        if self._server.cluster:
            return self._server.process() is None or bool(_SHUTDOWN.search(log))
        try:
            with self._server.connection():
                return False
        except psycopg2.Error:
            return True

    def _failed(self, what: str, log: str) -> DatabaseFailed:
        sentence = f"{what} during {self._step()}."
        if self._server.cluster is None:
            return DatabaseFailed(f"{sentence} It is the server of DATABASE_URL: its log says why.")
        if not log:
            return DatabaseFailed(f"{sentence} Its log says nothing: it was killed, perhaps for lack of memory.")
        return DatabaseFailed("\n".join([f"{sentence} The end of its log:", *log.splitlines()[-LOG_LINES:]]))

    def _data_disk(self) -> Disk:
        cluster = self._server.cluster
        return next((disk for disk in self._disks if cluster and disk.contains(str(cluster.directory))), self._disks[0])

    def _log(self) -> str:
        """Return what PostgreSQL has logged since the start of the run; nothing for the server of DATABASE_URL."""
        cluster = self._server.cluster
        if cluster is None or not cluster.log.exists():
            return ""
        with cluster.log.open("rb") as file:
            file.seek(self._log_start)
            return file.read().decode(errors="replace").strip()

    def _log_size(self) -> int:
        cluster = self._server.cluster
        return cluster.log.stat().st_size if cluster and cluster.log.exists() else 0
