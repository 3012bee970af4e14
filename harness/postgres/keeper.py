"""The process that stops the embedded server when its last user is gone, also when that user was killed.

`python -m harness.postgres.keeper DATA_DIR` returns at once and stays in the background.
"""

import os
import sys
from pathlib import Path

from harness.postgres.cluster import Cluster
from harness.processes.locks import AT_ONCE, EXCLUSIVE, held


def main(data_dir: Path) -> None:
    """Wait for the exclusive lock, which nobody gets while one user holds the shared one; then stop the server."""
    cluster = Cluster(data_dir)
    try:
        with held(cluster.keeper_lock, EXCLUSIVE | AT_ONCE):
            _go_to_background()
            with held(cluster.users_lock, EXCLUSIVE):
                cluster.stop()
    except BlockingIOError:
        return  # there is a keeper already


def _go_to_background() -> None:
    if os.fork() != 0:
        os._exit(0)
    os.setsid()
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
