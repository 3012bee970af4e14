"""The embedded PostgreSQL server starts with its first user and stops after its last user."""

import os
import signal
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from harness.commands.down import InUse, delete_all, stop_all
from harness.postgres.cluster import Cluster
from harness.postgres.server import PostgresUnavailable, Server, postgres
from tests.harness.processes import USE_POSTGRES, eventually, running


def is_stopped(data_dir: Path) -> bool:
    """Return True if the server of this data directory does not run."""
    return Cluster(data_dir).postmaster() is None


def test_users_share_one_server_and_the_last_user_stops_it(cluster_dir: Path) -> None:
    with postgres(cluster_dir) as first:
        with postgres(cluster_dir) as second:
            assert first.process() == second.process()
        assert not is_stopped(cluster_dir)
    assert is_stopped(cluster_dir)


def test_server_keeps_running_while_another_command_uses_it(cluster_dir: Path) -> None:
    with running(USE_POSTGRES, cluster_dir) as (starter, _), postgres(cluster_dir) as server:
        started = server.process()
        starter.send_signal(signal.SIGINT)
        starter.wait()
        assert server.process() == started
    assert is_stopped(cluster_dir)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_server_stops_after_any_end_of_its_last_user(cluster_dir: Path, number: signal.Signals) -> None:
    with running(USE_POSTGRES, cluster_dir) as (user, line):
        assert line == "ready"
        user.send_signal(number)
        user.wait()
        assert eventually(lambda: is_stopped(cluster_dir))


def test_server_starts_and_stops_with_pythonsafepath(cluster_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    with postgres(cluster_dir) as server:
        assert server.version().startswith("18.")
    assert is_stopped(cluster_dir)


def test_killed_server_starts_again_with_committed_data(cluster_dir: Path) -> None:
    with postgres(cluster_dir) as server:
        with server.connection() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)")
        process = server.process()
        assert process is not None
        process.kill()
        assert eventually(lambda: is_stopped(cluster_dir))
    with postgres(cluster_dir) as server, server.connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 0 FROM kept")
        assert cursor.fetchone() == (True,)


def test_server_starts_with_a_stale_pid_file(cluster_dir: Path) -> None:
    with postgres(cluster_dir):
        lines = (cluster_dir / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    stale = "\n".join([str(os.getpid()), *lines[1:]]) + "\n"
    (cluster_dir / "postgres" / "postmaster.pid").write_text(stale, encoding="utf-8")
    with postgres(cluster_dir) as server:
        assert server.version().startswith("18.")


def test_too_old_server_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    old = SimpleNamespace(server_version=170_005, autocommit=False, close=lambda: None)
    monkeypatch.setattr("psycopg2.connect", lambda *_args, **_options: old)
    monkeypatch.setenv("DATABASE_URL", "postgresql://shop@db.example/shop")
    with pytest.raises(PostgresUnavailable, match=r"PostgreSQL 17\.5 is too old: 18 or newer"), postgres():
        pass


def test_unreachable_server_is_reported_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://shop:hidden@127.0.0.1:9/shop")
    with pytest.raises(PostgresUnavailable, match=r"port 9") as failure, postgres():
        pass
    assert "hidden" not in str(failure.value)


def test_data_of_another_user_is_rejected(cluster_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres(cluster_dir):
        pass
    monkeypatch.setattr("os.geteuid", lambda: 4_321)
    with pytest.raises(PostgresUnavailable, match="belongs to another user"), postgres(cluster_dir):
        pass


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("postgresql://u:p@h:5433/one", "postgresql://u:p@h:5433/two"),
        ("postgresql://u@h/one?sslmode=require", "postgresql://u@h/two?sslmode=require"),
        ("postgresql://u@/one?host=/run/pg", "postgresql://u@/two?host=/run/pg"),
        ("postgresql:///one?host=/run/pg", "postgresql:///two?host=/run/pg"),
    ],
)
def test_database_url_differs_from_the_server_url_only_in_its_name(base: str, expected: str) -> None:
    assert Server(base).url("two") == expected


def test_clients_get_the_password_in_an_environment_variable() -> None:
    assert Server("postgresql://shop:hidden@127.0.0.1:5433/one").client_environment("two") == {
        "PGHOST": "127.0.0.1",
        "PGPORT": "5433",
        "PGUSER": "shop",
        "PGPASSWORD": "hidden",
        "PGDATABASE": "two",
    }


def test_settings_that_affect_a_benchmark_are_reported(own_server: Server) -> None:
    settings = own_server.settings()
    assert settings["fsync"] == settings["synchronous_commit"] == "on"
    assert settings["shared_buffers"] == "256MB"


def test_cpu_time_increases_with_work(own_server: Server) -> None:
    before = own_server.cpu_seconds()
    with own_server.connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 3000000)")
    assert before is not None
    assert eventually(lambda: (own_server.cpu_seconds() or 0) > before)


def test_data_in_use_is_not_deleted(cluster_dir: Path) -> None:
    with postgres(cluster_dir), pytest.raises(InUse):
        delete_all(cluster_dir)


def test_deleted_data_is_created_again_and_other_files_are_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with postgres(tmp_path):
        pass
    delete_all(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with postgres(tmp_path) as server:
        assert server.version().startswith("18.")


def test_down_stops_a_server_whose_users_and_keeper_were_killed(cluster_dir: Path) -> None:
    with running(USE_POSTGRES, cluster_dir) as (user, _):
        keeper = psutil.Process(keeper_of(cluster_dir))
        keeper.kill()
        user.kill()
        user.wait()
        keeper.wait()
    assert not is_stopped(cluster_dir)
    assert list(stop_all(cluster_dir)) == ["Stopped PostgreSQL."]
    assert is_stopped(cluster_dir)


def keeper_of(data_dir: Path) -> int:
    """Return the process id of the keeper of this data directory."""
    commands = {process.pid: process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])}
    return next(pid for pid, words in commands.items() if words[-2:] == ["harness.postgres.keeper", str(data_dir)])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PGSSLMODE", "require"),
        ("PGSERVICE", "nowhere"),
        ("PGHOSTADDR", "192.0.2.1"),
        ("PGOPTIONS", "-c nonsense=1"),
        ("PGTARGETSESSIONATTRS", "standby"),
        ("PGSSLROOTCERT", "system"),
        ("PGREQUIREAUTH", "none"),
        ("PGCHANNELBINDING", "require"),
        ("PGCLIENTENCODING", "nonsense"),
        ("PGGSSENCMODE", "require"),
    ],
)
def test_libpq_variables_are_ignored(cluster_dir: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with postgres(cluster_dir) as server:
        assert server.version().startswith("18.")
        assert name not in os.environ
    assert os.environ[name] == value
