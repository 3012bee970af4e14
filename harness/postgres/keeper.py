"""Stop the embedded server when its last user has ended, even if that user was killed.

`python -m harness.postgres.keeper DATA_DIR` starts a background process that does this, and returns at once.
"""

import os
import sys
from pathlib import Path

from harness.postgres.cluster import Cluster
from harness.processes.locks import EXCLUSIVE, NON_BLOCKING, file_lock


def main(data_dir: Path) -> None:
    """Wait until no process holds the shared lock of the server's users, then stop the server."""
    cluster = Cluster(data_dir)
    try:
        with file_lock(cluster.keeper_lock, EXCLUSIVE | NON_BLOCKING):
            _daemonize()
            with file_lock(cluster.users_lock, EXCLUSIVE):
                cluster.stop()
    except BlockingIOError:
        return  # another keeper already runs


def _daemonize() -> None:
    if os.fork() != 0:
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
