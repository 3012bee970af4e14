"""A process that has imported the large libraries, and forks for each Python command that it is asked to run.

`python -m harness.processes.preloaded SOCKET MODULE...` imports the modules that exist and listens on a Unix socket
until its standard input is closed. Importing Django or FastAPI takes longer than most commands, so tests start their
servers and commands in this way: see `fork`. Programs of users start as usual.
"""

import atexit
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from harness.processes.forks import HEAD_BYTES


@dataclass(frozen=True)
class Command:
    """A command of a forked process: the arguments of Python, and the descriptors of its standard streams."""

    words: Sequence[str]
    directory: str
    environment: Mapping[str, str]
    new_session: bool
    files: Sequence[int]

    def prepare(self) -> None:
        """Make this process as one that has just been started with the command."""
        if self.new_session:
            os.setsid()
        for target, file in enumerate(self.files):
            os.dup2(file, target)
            os.close(file)
        os.chdir(self.directory)
        os.environ.clear()
        os.environ.update(self.environment)

    def run(self) -> None:
        """Execute the module or the script as `__main__`, and exit as Python does.

        Deleting the objects of all modules at the end would take longer than most commands, so it is left out.
        """
        try:
            self._execute()
        except SystemExit as exit_:
            if isinstance(exit_.code, str):
                print(exit_.code, file=sys.stderr)
            status = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
        else:
            status = 0
        # What Python does at its end before it deletes the objects. There are no public functions for it.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status & 0xFF)

    def _execute(self) -> None:
        if self.words[0] == "-m":
            sys.argv = ["-m", *self.words[2:]]
            sys.path[0] = self.directory
            runpy.run_module(self.words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = [*self.words]
            sys.path[0] = str(Path(self.words[0]).resolve().parent)
            runpy.run_path(self.words[0], run_name="__main__")


def serve(listener: socket.socket) -> Command | None:
    """Fork for each request. Return its command in the new process, and None at the end of standard input."""
    wakeup, woken = socket.socketpair()
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    connections: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector:
        for each in (sys.stdin, listener, wakeup):
            selector.register(each, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if wakeup in ready:
                wakeup.recv(4096)
                _report_ended(connections)
            if sys.stdin in ready:
                return None
            if listener in ready:
                connection, _ = listener.accept()
                command = _received(connection)
                prepared, preparing = os.pipe()
                pid = os.fork()
                if not pid:
                    os.close(prepared)
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for opened in (listener, wakeup, woken, connection, *connections.values()):
                        opened.close()
                    command.prepare()
                    os.close(preparing)
                    return command
                # The client may kill the session as soon as it knows the process id, so the session must exist.
                os.close(preparing)
                os.read(prepared, 1)
                os.close(prepared)
                for file in command.files:
                    os.close(file)
                connections[pid] = connection
                with suppress(OSError):
                    connection.sendall(f"{pid}\n".encode())


def _received(connection: socket.socket) -> Command:
    head, files, _, _ = socket.recv_fds(connection, HEAD_BYTES, 3)
    with connection.makefile("rb") as reader:
        body: dict[str, Any] = json.loads(reader.read(int.from_bytes(head)))
    return Command(**body, files=files)


def _report_ended(connections: dict[int, socket.socket]) -> None:
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with connections.pop(pid) as connection, suppress(OSError):
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def main(path: str, *modules: str) -> Command | None:
    """Import the modules and fork for each request: see `serve`."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        # Clients that connect now wait until the modules are imported.
        listener.listen(64)
        for module in modules:
            with suppress(ImportError):
                import_module(module)
        gc.collect()
        gc.freeze()
        return serve(listener)


if __name__ == "__main__":
    # The command runs here, outside all functions and context managers of this process.
    if forked := main(*sys.argv[1:]):
        forked.run()
