"""Run a server in its own process group, and stop the group when the process that started the guard has ended.

`python -m harness.servers.guard CPUS LOG PRELOADED DIRECTORY COMMAND...` starts the command in the directory, prints
its process id and waits until its own standard input is closed. This happens also when the process at the other end is
killed. The guard then sends SIGTERM to the server, and SIGKILL to the group after a timeout. CPUS is a comma-separated
list of CPU numbers, or `-` for all CPUs. PRELOADED is the socket of a process that forks for the command, or `-`: see
`harness.processes.forks`.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from harness.processes.forks import ForkedProcess, fork

STOP_TIMEOUT_SECONDS = 5.0

type Process = subprocess.Popen[bytes] | ForkedProcess


def main(cpus: str, log: str, preloaded: str, directory: str, command: Sequence[str]) -> int:
    """Run the command, kill what is left of its process group at the end, and return its exit status.

    If it cannot be started, the log says why and the exit status is 127.
    """
    if cpus != "-":
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    with Path(log).open("ab") as output:
        try:
            server = _start(command, directory, output, None if preloaded == "-" else Path(preloaded))
        except OSError as error:
            output.write(f"{error}\n".encode())
            return 127
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    print(server.pid, flush=True)
    threading.Thread(target=_stop_at_end_of_input, args=[server], daemon=True).start()
    status = server.wait()
    _kill_group(server.pid)
    return status


def _start(command: Sequence[str], directory: str, output: IO[bytes], preloaded: Path | None) -> Process:
    with Path(os.devnull).open("rb") as nothing:
        if preloaded:
            files = [each.fileno() for each in (nothing, output, output)]
            return fork(preloaded, command, directory=directory, environment=os.environ, files=files, new_session=True)
        return subprocess.Popen(
            command, cwd=directory, stdin=nothing, stdout=output, stderr=output, start_new_session=True
        )


def _stop_at_end_of_input(server: Process) -> None:
    os.read(sys.stdin.fileno(), 1)
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(STOP_TIMEOUT_SECONDS)
    _kill_group(server.pid)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:]))
