"""A setting that cannot be used ends every command at once, with one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.commands import doctor
from harness.commands.up import chosen_ports
from harness.paths import ROOT, BadSetting, default_data_dir, usable
from harness.ports import PortTaken, port_from, require_free


def harness(command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    words = [sys.executable, "-m", "harness", command]
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize(
    "value", ["abc", "0", "-1", "65536", "70000", "8001.0", "8_001", "\uff18\uff10", "8001 ", "0x1f", "\n"]
)
@pytest.mark.parametrize("variable", ["DJANGO_PORT", "FASTAPI_PORT"])
def test_what_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting, match=f"^{variable}=.* is no port: give a number from 1 to 65535, or unset it.$"):
        chosen_ports()


@pytest.mark.parametrize(("value", "port"), [("1", 1), ("65535", 65_535), ("", 8001), (None, 8001), ("08080", 8080)])
def test_a_port_is_read(monkeypatch: pytest.MonkeyPatch, value: str | None, port: int) -> None:
    monkeypatch.delenv("DJANGO_PORT", raising=False)
    if value is not None:
        monkeypatch.setenv("DJANGO_PORT", value)
    assert port_from("DJANGO_PORT", 8001) == port


@pytest.mark.parametrize("ports", [("8302", "8302"), ("8002", ""), ("", "8001")])
def test_one_port_for_both_is_refused_by_the_names_of_both(
    monkeypatch: pytest.MonkeyPatch, ports: tuple[str, str]
) -> None:
    for variable, value in zip(("DJANGO_PORT", "FASTAPI_PORT"), ports, strict=True):
        monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting, match=r"^DJANGO_PORT and FASTAPI_PORT are both \d+: each server needs"):
        chosen_ports()


def test_the_port_that_is_offered_in_the_place_of_a_taken_one_is_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.bind", lambda *_: (_ for _ in ()).throw(OSError(98, "taken")))
    with pytest.raises(PortTaken, match="DJANGO_PORT=65520"):
        require_free(65_530, variable="DJANGO_PORT")


@pytest.fixture(params=["a file", "below a file", "a name that is too long", "a user that is not there"])
def unusable(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A value of DATA_DIR that names no directory, and cannot."""
    (tmp_path / "file").touch()
    return {
        "a file": str(tmp_path / "file"),
        "below a file": str(tmp_path / "file" / "data"),
        "a name that is too long": str(tmp_path / ("x" * 300)),
        "a user that is not there": "~no-such-user/data",
    }[request.param]


@pytest.mark.parametrize("command", ["up", "down", "reset", "psql", "url"])
def test_data_that_cannot_be_kept_there_ends_each_command_with_one_line(unusable: str, command: str) -> None:
    done = harness(command, DATA_DIR=unusable, DATABASE_URL="")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("DATA_DIR='")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["up", "doctor"])
@pytest.mark.parametrize(
    "variables", [{"DJANGO_PORT": "abc"}, {"FASTAPI_PORT": "70000"}, {"DJANGO_PORT": "81", "FASTAPI_PORT": "81"}]
)
def test_ports_that_cannot_be_had_are_told_before_anything_starts(
    tmp_path: Path, command: str, variables: dict[str, str]
) -> None:
    done = harness(command, DATA_DIR=str(tmp_path / "data"), **variables)
    assert done.returncode == 1
    told = done.stderr if command == "up" else done.stdout
    assert "Traceback" not in done.stderr
    assert sum("_PORT" in line for line in told.splitlines()) == 1
    assert command == "doctor" or not (tmp_path / "data").exists()


def test_doctor_tells_of_unusable_data_once(unusable: str) -> None:
    done = harness("doctor", DATA_DIR=unusable, DATABASE_URL="")
    assert done.stderr == ""
    assert done.stdout.count("DATA_DIR") == 1
    assert done.returncode == 1


def test_a_closed_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    with pytest.raises(BadSetting, match="this user may not write to it"):
        usable(tmp_path)


def test_a_directory_of_ones_home_is_found_without_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATA_DIR", "~/data")
    assert default_data_dir() == tmp_path / "data"


def test_checks_go_on_after_one_that_cannot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DJANGO_PORT", "abc")
    assert [finding.remedy for finding in doctor._found(doctor.disk)] == [None]
    assert [finding.what for finding in doctor._found(doctor.ports)] == ["Settings"]
