"""An invalid setting stops each command before it starts anything, with one line that contains the setting's name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.commands import doctor
from harness.commands.up import PORTS, configured_ports
from harness.paths import ROOT, BadSetting, default_data_dir, ensure_writable
from harness.ports import PortTaken, port_setting, require_free
from harness.processes import forks


def harness(command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the harness with these environment variables."""
    environment = {**os.environ, **variables}
    return forks.run([sys.executable, "-m", "harness", command], ROOT, environment)


@pytest.mark.parametrize(
    "value", ["abc", "0", "-1", "65536", "70000", "8001.0", "8_001", "\uff18\uff10", "8001 ", "0x1f", "\n"]
)
@pytest.mark.parametrize("variable", ["DJANGO_PORT", "FASTAPI_PORT", "DJANGO_WS_PORT"])
def test_invalid_port_is_rejected(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(
        BadSetting, match=f"^{variable}=.* is not a port: set it to a number from 1 to 65535, or unset it.$"
    ):
        configured_ports()


@pytest.mark.parametrize(("value", "port"), [("1", 1), ("65535", 65_535), ("", 8001), (None, 8001), ("08080", 8080)])
def test_valid_port_is_accepted(monkeypatch: pytest.MonkeyPatch, value: str | None, port: int) -> None:
    monkeypatch.delenv("DJANGO_PORT", raising=False)
    if value is not None:
        monkeypatch.setenv("DJANGO_PORT", value)
    assert port_setting("DJANGO_PORT", 8001) == port


@pytest.mark.parametrize("ports", [("8302", "8302"), ("8002", ""), ("", "8001")])
@pytest.mark.parametrize("variables", [("DJANGO_PORT", "FASTAPI_PORT"), ("FASTAPI_PORT", "DJANGO_WS_PORT")])
def test_same_port_for_two_servers_is_rejected(
    monkeypatch: pytest.MonkeyPatch, variables: tuple[str, str], ports: tuple[str, str]
) -> None:
    defaults = {variable: str(default) for variable, default in PORTS.values()}
    same = (
        ports
        if ports[0] == ports[1]
        else tuple(defaults[variables[1 - index]] if value else "" for index, value in enumerate(ports))
    )
    for variable, value in zip(variables, same, strict=True):
        monkeypatch.setenv(variable, value)
    message = rf"^{' and '.join(variables)} are both \d+: set them to different ports\.$"
    with pytest.raises(BadSetting, match=message):
        configured_ports()


def test_suggested_port_is_a_valid_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.bind", lambda *_: (_ for _ in ()).throw(OSError(98, "taken")))
    with pytest.raises(PortTaken, match="DJANGO_PORT=65520"):
        require_free(65_530, variable="DJANGO_PORT")


@pytest.fixture(params=["file", "below-file", "too-long-name", "unknown-user"])
def unusable(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A value of DATA_DIR that cannot be used as a directory."""
    (tmp_path / "file").touch()
    return {
        "file": str(tmp_path / "file"),
        "below-file": str(tmp_path / "file" / "data"),
        "too-long-name": str(tmp_path / ("x" * 300)),
        "unknown-user": "~no-such-user/data",
    }[request.param]


@pytest.mark.parametrize("command", ["up", "down", "reset", "psql", "url"])
def test_unusable_data_directory_is_reported_in_one_line(unusable: str, command: str) -> None:
    result = harness(command, DATA_DIR=unusable, DATABASE_URL="")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("DATA_DIR='")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["up", "psql", "url"])
def test_database_url_of_another_form_is_reported_in_one_line(command: str) -> None:
    result = harness(command, DATABASE_URL="mysql://shop:secret@localhost/shop")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "DATABASE_URL must be postgresql://user:password@host:port/name.\n"


@pytest.mark.parametrize("command", ["up", "doctor"])
@pytest.mark.parametrize(
    "variables", [{"DJANGO_PORT": "abc"}, {"FASTAPI_PORT": "70000"}, {"DJANGO_PORT": "81", "FASTAPI_PORT": "81"}]
)
def test_invalid_ports_are_reported_before_anything_starts(
    tmp_path: Path, command: str, variables: dict[str, str]
) -> None:
    result = harness(command, DATA_DIR=str(tmp_path / "data"), **variables)
    assert result.returncode == 1
    output = result.stderr if command == "up" else result.stdout
    assert "Traceback" not in result.stderr
    assert sum("_PORT" in line for line in output.splitlines()) == 1
    assert command == "doctor" or not (tmp_path / "data").exists()


def test_doctor_reports_an_unusable_data_directory_once(unusable: str) -> None:
    result = harness("doctor", DATA_DIR=unusable, DATABASE_URL="")
    assert result.stderr == ""
    assert result.stdout.count("DATA_DIR") == 1
    assert result.returncode == 1


def test_unwritable_directory_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    with pytest.raises(BadSetting, match="this user has no write permission"):
        ensure_writable(tmp_path)


def test_tilde_in_data_dir_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATA_DIR", "~/data")
    assert default_data_dir() == tmp_path / "data"


def test_invalid_setting_does_not_affect_other_checks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DJANGO_PORT", "abc")
    assert [finding.remedy for finding in doctor._run_check(doctor.disk)] == [None]
    assert [finding.name for finding in doctor._run_check(doctor.ports)] == ["Settings"]
