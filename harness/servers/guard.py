"""Run a server in a process group of its own and end the group when the process that asked for it is gone.

`python -m harness.servers.guard CPUS LOG COMMAND...` prints the server's process id and reads its standard input.
When the other end closes, because its owner ended or was killed, the guard sends the server SIGTERM, and SIGKILL if
it does not end. CPUS is a comma-separated list, or `-` for no pinning.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PATIENCE = 5.0


def main(cpus: str, log: str, command: Sequence[str]) -> int:
    """Run the command to its end, and nothing of its group outlives it. Returns its exit status."""
    if cpus != "-":
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    with Path(log).open("ab") as output:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    print(server.pid, flush=True)
    threading.Thread(target=_stop_with_owner, args=[server], daemon=True).start()
    status = server.wait()
    _kill_group(server.pid)
    return status


def _stop_with_owner(server: subprocess.Popen[bytes]) -> None:
    os.read(sys.stdin.fileno(), 1)
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(PATIENCE)
    _kill_group(server.pid)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
