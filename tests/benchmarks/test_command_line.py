"""The command line: error messages for invalid options, and the commands `compare` and `report`."""

import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app, command_of, loads_of_options
from benchmarks.cells import Load
from harness.servers.added import AddedServer
from tests.benchmarks.factories import made_results


def run_command(*arguments: str) -> tuple[int, str]:
    """Return the exit status and the output as one line."""
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200", "TERM": "dumb"})
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--scenario", "nothing"], ["--scenario", "product_detail", "shopper"]),
        (["--variant", "flask"], ["--variant", "django", "django-asgi", "fastapi"]),
        (["--variant", "tutorial-django", "--scenario", "shopper"], ["--scenario", "have no shopper", "order_place"]),
        (["--rounds", "0"], ["--rounds", "1<=x<=1000"]),
        (["--users", "100000"], ["--users", "1<=x<=512"]),
        (["--size", "10"], ["--size", "1000<=x<=1000000"]),
        (["--rate", "0"], ["--rate", "0.1<=x"]),
        (["--share", "0"], ["--share", "0.01<=x<=2.0"]),
        (["--workers", "0"], ["--workers", "1<=x<=64"]),
        (["--full", "--users", "3"], ["--full", "only be combined with"]),
        (["--duration", "soon"], ["--duration", "float"]),
        (["--seed", "-1"], ["--seed", "0<=x"]),
        (["--resume", "nowhere", "--users", "3"], ["--resume", "cannot be combined"]),
        (["--resume", "nowhere"], ["nowhere", "No such file"]),
        (["compare", "nowhere", "nowhere"], ["nowhere", "No such file"]),
        (["--unknown"], ["--unknown"]),
        (["--implementation", "nowhere.toml"], ["--implementation", "nowhere.toml", "No such file"]),
    ],
)
def test_an_invalid_option_is_named_with_its_valid_values(arguments: list[str], expected: list[str]) -> None:
    status, output = run_command(*arguments)
    assert status == 2
    assert "Traceback" not in output
    for text in expected:
        assert text in output


def test_help_names_every_option() -> None:
    status, output = run_command("--help")
    assert status == 0
    options = ["scenario", "variant", "implementation", "rounds", "duration", "users", "rate", "share", "workers"]
    options += ["size", "seed", "full", "smoke", "resume", "output"]
    for option in options:
        assert f"--{option}" in output
    assert "Some parts of a run of several parts have fewer." in output
    assert "[in a run of one part: so that the rounds take five minutes]" in output
    assert "open load at three rates" in output


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ((), (Load(users=8), Load(share=0.3), Load(share=0.6))),
        ((4,), (Load(users=4), Load(share=0.3), Load(share=0.6))),
    ],
)
def test_a_share_without_users_is_measured_after_the_usual_closed_load(
    users: tuple[int, ...], expected: tuple[Load, ...]
) -> None:
    assert loads_of_options(users, rates=(), shares=(0.3, 0.6)) == expected


def test_existing_results_are_not_overwritten(tmp_path: Path) -> None:
    made_results({"django": 1000, "fastapi": 1500}).save(tmp_path)
    status, output = run_command("--smoke", "--output", str(tmp_path))
    assert status == 2
    assert "contains another run" in output


def test_two_runs_can_be_compared(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made_results({"django": 1000, "fastapi": 1500}).save(tmp_path / name)
    status, output = run_command("compare", str(tmp_path / "a"), str(tmp_path / "b"))
    assert status == 0
    assert "product_detail" in output


def test_runs_without_a_common_row_are_not_compared(tmp_path: Path) -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    for name, part in (("a", "main"), ("b", "load")):
        (tmp_path / name).mkdir()
        results.parts[0].name = part
        results.save(tmp_path / name)
    (tmp_path / "c").mkdir()
    made_results({"django": 1000, "fastapi": 1500}, rounds=0, of=5).save(tmp_path / "c")
    for other, contents in (
        ("b", "load: product_detail on django, fastapi with 8 users."),
        ("c", "no finished round."),
    ):
        status, output = run_command("compare", str(tmp_path / "a"), str(tmp_path / other))
        assert status == 1
        assert "no row in common" in output
        assert "A has main: product_detail on django, fastapi with 8 users." in output
        assert f"B has {contents}" in output


@pytest.mark.parametrize(
    ("chosen", "arguments"),
    [
        ({}, []),
        ({"scenarios": ("login",), "seed": 9, "duration": 1.25}, ["--scenario", "login", "--seed", "9"]),
        ({"loads": (Load(users=4), Load(rate=50.0))}, ["--users", "4", "--rate", "50"]),
        ({"loads": (Load(users=8), Load(share=0.6))}, ["--users", "8", "--share", "0.6"]),
        (
            {"added": (AddedServer("my server.toml", "a", ("b",), {}, "/", "/"),), "seed": 9},
            ["--implementation", "my server.toml", "--seed", "9"],
        ),
        ({"workers": (1, 2), "sizes": (1000,)}, ["--workers", "1", "--workers", "2", "--size", "1000"]),
    ],
)
def test_the_command_repeats_the_run(chosen: dict[str, Any], arguments: list[str]) -> None:
    command = shlex.split(command_of(chosen, is_full=False, is_smoke=False))
    assert command[:3] == [".venv/bin/python", "-m", "benchmarks"]
    assert command[3 : 3 + len(arguments)] == arguments


def test_a_report_is_rewritten_from_saved_results(tmp_path: Path) -> None:
    made_results({"django": 1000, "fastapi": 1500}).save(tmp_path)
    status, output = run_command("report", str(tmp_path))
    assert status == 0, output
    assert (tmp_path / "report.html").exists()
