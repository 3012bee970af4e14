"""Create, start and stop the embedded PostgreSQL server."""

import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.paths import ROOT
from harness.ports import LOOPBACK, free_port
from harness.postgres.programs import VERSION, PostgresUnavailable, programs
from harness.postgres.tuning import SETTINGS
from harness.postgres.unprivileged import Account, unprivileged_account

SUPERUSER = "shop"


@dataclass(frozen=True)
class Cluster:
    """The database cluster of the embedded server, in `postgres` below a data directory."""

    data_dir: Path

    @property
    def directory(self) -> Path:
        """Directory of the cluster's files (PGDATA)."""
        return self.data_dir.resolve() / "postgres"

    @property
    def log(self) -> Path:
        """File with the server's log."""
        return self.directory / "server.log"

    @property
    def users_lock(self) -> Path:
        """Lock file: shared for each process that uses the server, exclusive for the process that stops it."""
        return self.data_dir / "postgres.users"

    @property
    def start_lock(self) -> Path:
        """Lock file: held by the process that starts the server."""
        return self.data_dir / "postgres.start"

    @property
    def keeper_lock(self) -> Path:
        """Lock file: held by the keeper as long as it runs."""
        return self.data_dir / "postgres.keeper"

    @property
    def password_file(self) -> Path:
        """File with the superuser's password."""
        return self.data_dir / "postgres.password"

    def url(self) -> str:
        """Return the URL of the maintenance database. The server must be running."""
        port = self._pid_file_lines()[3]
        return f"postgresql://{SUPERUSER}:{self.password_file.read_text(encoding='utf-8')}@{LOOPBACK}:{port}/postgres"

    def postmaster(self) -> psutil.Process | None:
        """Return the main process of the server, or None if the server does not run."""
        try:
            process = psutil.Process(int(self._pid_file_lines()[0]))
            is_ours = str(self.directory) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.AccessDenied as denied:
            # It may be another user's server on these files. A second server would damage them.
            return psutil.Process(denied.pid)
        except (OSError, IndexError, ValueError, psutil.Error):
            return None
        return process if is_ours else None

    def start(self) -> None:
        """Start the server on a free port, and create its files if there are none. Raises PostgresUnavailable."""
        if not self.directory.exists():
            self._initialise()
        self._check_version()
        # The server does not start if another program has the process id in this file.
        (self.directory / "postmaster.pid").unlink(missing_ok=True)
        for _ in range(3):
            options = {
                "listen_addresses": LOOPBACK,
                "unix_socket_directories": "",
                "port": str(free_port()),
                **SETTINGS,
            }
            words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
            start = self._run(
                "pg_ctl", "start", "-w", "-t", "60", "-D", self.directory, "-l", self.log, "-o", shlex.join(words)
            )
            if start.returncode == 0:
                return
        raise PostgresUnavailable(f"PostgreSQL did not start.\n{start.stderr.strip()}\n{self._log_tail()}")

    def stop(self) -> None:
        """Stop the server if it runs. Open connections are closed, and committed data is kept."""
        for stop_signal, timeout in ((signal.SIGINT, 60), (signal.SIGQUIT, 10)):
            if process := self.postmaster():
                process.send_signal(stop_signal)
                self._wait_for_stop(timeout)

    def _wait_for_stop(self, timeout: float) -> None:
        # Process.wait could wait forever: in a container without an init process, nothing reaps the zombie.
        deadline = time.monotonic() + timeout
        while self.postmaster() and time.monotonic() < deadline:
            time.sleep(0.005)

    def _initialise(self) -> None:
        # Created under another name first, so that a killed initdb leaves no incomplete cluster.
        new = self.directory.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700, parents=True)
        password = secrets.token_hex(16)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as password_file:
            password_file.write(password)
            password_file.flush()
            if account := self._account():
                os.chown(new, account.uid, account.gid)
                os.chown(password_file.name, account.uid, account.gid)
            options = [
                "--auth=scram-sha-256",
                f"--pwfile={password_file.name}",
                f"--username={SUPERUSER}",
                "--encoding=UTF8",
            ]
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            initdb = self._run("initdb", *options, *locale, "--pgdata", new)
        if initdb.returncode != 0:
            raise PostgresUnavailable(f"initdb could not create the files of PostgreSQL.\n{initdb.stderr.strip()}")
        self.password_file.write_text(password, encoding="utf-8")
        self.password_file.chmod(0o600)
        new.rename(self.directory)

    def _check_version(self) -> None:
        version = (self.directory / "PG_VERSION").read_text(encoding="utf-8").strip()
        if version != str(VERSION):
            raise PostgresUnavailable(
                f"PostgreSQL {version} created {self.directory}, but {VERSION} is needed: `make reset` deletes it."
            )

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(programs() / program), *map(str, arguments)]
        if account := self._account():
            command = account.command(command, required_paths=[programs() / program, self.data_dir])
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment |= {"LC_ALL": "C", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command,
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
        )

    def _account(self) -> Account | None:
        if os.geteuid() == 0:
            return unprivileged_account(self.directory, self.data_dir, ROOT)
        if self.directory.exists() and self.directory.stat().st_uid != os.geteuid():
            raise PostgresUnavailable(f"{self.directory} belongs to another user: run this as that user or as root.")
        return None

    def _pid_file_lines(self) -> Sequence[str]:
        return (self.directory / "postmaster.pid").read_text(encoding="utf-8").splitlines()

    def _log_tail(self) -> str:
        return (
            "\n".join(self.log.read_text(errors="replace", encoding="utf-8").splitlines()[-20:])
            if self.log.exists()
            else ""
        )


def start_keeper(cluster: Cluster) -> None:
    """Start the background process that stops the server after its last user: see `harness.postgres.keeper`."""
    # With PYTHONSAFEPATH, Python does not import modules from the working directory.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "harness.postgres.keeper", str(cluster.data_dir)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
