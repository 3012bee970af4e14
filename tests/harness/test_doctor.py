"""`make doctor` finds problems of this machine and explains how to fix them."""

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
    """An empty data directory."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def test_report_prints_remedies_and_returns_the_number_of_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor, "_CHECKS", (lambda: [Finding("Good", "1.0"), Finding("Bad", "0.1", "Get a newer one.")],)
    )
    printed = StringIO()
    assert doctor.report(Console(file=printed)) == 1
    assert printed.getvalue() == "✓ Good: 1.0\n✗ Bad: 0.1\n    Get a newer one.\n"


def test_port_in_use_is_reported_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("DJANGO_PORT", str(port))
        finding = next(iter(doctor.ports()))
    assert finding.remedy is not None
    assert finding.remedy.startswith(f"Port {port} ")
    assert finding.remedy.endswith(f"DJANGO_PORT={port + 10}.")


def test_missing_packages_of_the_variants_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "VARIANT_PACKAGES", tmp_path)
    (finding,) = doctor.packages()
    assert finding.result == "missing: psycopg, psycopg_pool"
    assert finding.remedy == "Delete .venv and run `make install`."


def test_unreachable_database_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://shop@127.0.0.1:9/shop")
    (finding,) = doctor.database()
    assert finding.remedy == "Correct DATABASE_URL, or unset it to use the embedded server."


def test_full_disk_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=10**6))
    (finding,) = doctor.disk()
    assert finding.remedy is not None
    assert finding.remedy.startswith("Free 3 GB")


def test_this_machine_has_no_problems() -> None:
    findings = [*doctor.python(), *doctor.packages(), *doctor.database(), *doctor.disk()]
    assert [finding for finding in findings if finding.remedy] == []
