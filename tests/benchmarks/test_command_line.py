"""What the command line refuses, and how it says so."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from tests.benchmarks.runs import run


def said(*words: str) -> tuple[int, str]:
    """Exit status, and all that was printed, in one line."""
    result = CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--scenario", "nothing"], ["--scenario", "product_detail", "shopper"]),
        (["--variant", "flask"], ["--variant", "django", "django-asgi", "fastapi"]),
        (["--rounds", "0"], ["--rounds", "1<=x<=1000"]),
        (["--users", "100000"], ["--users", "1<=x<=512"]),
        (["--size", "10"], ["--size", "1000<=x<=1000000"]),
        (["--duration", "soon"], ["--duration", "float"]),
        (["--seed", "-1"], ["--seed", "0<=x"]),
        (["--resume", "nowhere", "--users", "3"], ["--resume", "no other option"]),
        (["--resume", "nowhere"], ["nowhere", "No such file"]),
        (["compare", "nowhere", "nowhere"], ["nowhere", "No such file"]),
        (["--unknown"], ["--unknown"]),
    ],
)
def test_a_bad_flag_is_named_with_what_is_allowed(words: list[str], named: list[str]) -> None:
    status, output = said(*words)
    assert status == 2
    assert "Traceback" not in output
    for part in named:
        assert part in output


def test_help_names_every_option() -> None:
    status, output = said("--help")
    assert status == 0
    options = ["scenario", "variant", "rounds", "duration", "users", "size", "seed", "smoke", "resume", "output"]
    for option in options:
        assert f"--{option}" in output


def test_results_are_not_written_over(tmp_path: Path) -> None:
    run({"django": 1000, "fastapi": 1500}).save(tmp_path)
    status, output = said("--smoke", "--output", str(tmp_path))
    assert status == 2
    assert "holds another run" in output


def test_two_runs_can_be_compared(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        run({"django": 1000, "fastapi": 1500}).save(tmp_path / name)
    status, output = said("compare", str(tmp_path / "a"), str(tmp_path / "b"))
    assert status == 0
    assert "product_detail" in output
