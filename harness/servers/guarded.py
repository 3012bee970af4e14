"""Start a program under a guard, which stops it and its children."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.paths import ROOT
from harness.processes import forks, usage


class ServerFailed(RuntimeError):
    """A server did not start, or stopped unexpectedly. The message contains the last lines of its log."""


@dataclass(frozen=True)
class RunningProgram:
    """A program that runs under a guard."""

    name: str
    process: psutil.Process
    log: Path
    guard: subprocess.Popen[bytes]

    def processes(self) -> list[psutil.Process]:
        """Return its main process and all its running descendants."""
        return usage.process_tree(self.process)

    def log_tail(self, n: int = 20) -> str:
        """Return the last `n` lines of its log."""
        with suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace", encoding="utf-8").splitlines()[-n:])
        return ""

    def wait_for_end(self, seconds: float) -> None:
        """Wait for its end, at most so many seconds. Clients notice its end a moment before the guard."""
        with suppress(subprocess.TimeoutExpired):
            self.guard.wait(seconds)

    def is_running(self) -> bool:
        """Return True unless it has stopped."""
        return self.guard.poll() is None

    def stop(self) -> None:
        """Stop it, and delete its log."""
        # communicate() closes the guard's standard input. The guard then stops the program and ends.
        self.guard.communicate()
        self.log.unlink(missing_ok=True)


def start(
    name: str, words: Sequence[str], log: Path, variables: Mapping[str, str], *, directory: str, cpus: str = "-"
) -> RunningProgram:
    """Start a program with these environment variables. `cpus`: see `harness.servers.guard`. Raises ServerFailed."""
    log.write_bytes(b"")
    # A fork would have the CPUs of the process that it is forked from.
    can_fork = cpus == "-" and forks.can_fork(words, variables)
    options = [cpus, str(log), str((can_fork and forks.preloaded_socket) or "-"), directory]
    command = [sys.executable, "-m", "harness.servers.guard", *options, *words]
    guard = subprocess.Popen(
        command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        leader = guard.stdout.readline() if guard.stdout else b""
        process = psutil.Process(int(leader))
    except (ValueError, psutil.Error) as error:
        guard.communicate()
        raise ServerFailed(
            f"{name} could not be started.\n{log.read_text(errors='replace', encoding='utf-8')}"
        ) from error
    return RunningProgram(name, process, log, guard)
