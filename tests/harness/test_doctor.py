import socket
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from harness.commands import doctor
from harness.commands.doctor import Finding


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def test_it_counts_what_is_to_be_fixed_and_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor, "_CHECKS", (lambda: [Finding("Good", "1.0"), Finding("Bad", "0.1", "Get a newer one.")],)
    )
    printed = StringIO()
    assert doctor.report(Console(file=printed)) == 1
    assert printed.getvalue() == "✓ Good: 1.0\n✗ Bad: 0.1\n    Get a newer one.\n"


def test_it_names_a_taken_port_and_the_variable_that_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("DJANGO_PORT", str(port))
        finding = next(iter(doctor.ports()))
    assert finding.remedy is not None
    assert finding.remedy.startswith(f"Port {port} ")
    assert finding.remedy.endswith(f"DJANGO_PORT={port + 10}.")


def test_it_says_how_to_reach_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://shop@127.0.0.1:9/shop")
    (finding,) = doctor.database()
    assert finding.remedy == "Correct DATABASE_URL, or unset it to use the embedded server."


def test_it_asks_for_room_on_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=10**6))
    (finding,) = doctor.disk()
    assert finding.remedy is not None
    assert finding.remedy.startswith("Free 3 GB")


def test_it_finds_nothing_wrong_with_the_machine_that_runs_these_tests() -> None:
    findings = [*doctor.python(), *doctor.packages(), *doctor.database(), *doctor.disk()]
    assert [finding for finding in findings if finding.remedy] == []
