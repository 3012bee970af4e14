"""Run a server in its own process group, and stop the group when the process that started the guard has ended.

`python -m harness.servers.guard CPUS LOG DIRECTORY COMMAND...` starts the command in the directory, prints its process
id and waits until its own standard input is closed. This happens also when the process at the other end is killed. The
guard then sends SIGTERM to the server, and SIGKILL to the group after a timeout. CPUS is a comma-separated list of CPU
numbers, or `-` for all CPUs.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

STOP_TIMEOUT_SECONDS = 5.0


def main(cpus: str, log: str, directory: str, command: Sequence[str]) -> int:
    """Run the command, kill what is left of its process group at the end, and return its exit status.

    If it cannot be started, the log says why and the exit status is 127.
    """
    if cpus != "-":
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    with Path(log).open("ab") as output:
        try:
            server = subprocess.Popen(
                command,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as error:
            output.write(f"{error}\n".encode())
            return 127
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    print(server.pid, flush=True)
    threading.Thread(target=_stop_at_end_of_input, args=[server], daemon=True).start()
    status = server.wait()
    _kill_group(server.pid)
    return status


def _stop_at_end_of_input(server: subprocess.Popen[bytes]) -> None:
    os.read(sys.stdin.fileno(), 1)
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(STOP_TIMEOUT_SECONDS)
    _kill_group(server.pid)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
