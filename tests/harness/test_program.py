"""What every command does alike: its signals, its output on any terminal, its failures."""

import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import session
from harness.commands import cli
from harness.paths import ROOT
from tests.benchmarks.sample_results import small

# Ends as the signal has it, or says that it goes on.
ASK = "import signal; signal.raise_signal(signal.{}); print('goes on')"
COMMANDS = {
    "harness": "from harness.commands import cli as module; module.cli = lambda: exec({ask!r}); module.main()",
    "mutants": "from tests.mutants import command as module; module.app = lambda: exec({ask!r}); module.main()",
    "benchmarks": "from benchmarks.session import stop_on_signals; stop_on_signals(); exec({ask!r})",
}
# A shell, a terminal or a pipe of a locale whose letters are few.
NARROW = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def python(script: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **variables}
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True)


def asked(command: str, name: str, ignored: tuple[int, ...]) -> subprocess.CompletedProcess[str]:
    """The command, started by a program that has these signals ignored, is sent one."""
    words = [sys.executable, "-c", COMMANDS[command].format(ask=ASK.format(name))]

    def ignore() -> None:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)

    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", preexec_fn=ignore)


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_was_started_to_ignore_does_not_end_it(command: str, name: str) -> None:
    done = asked(command, name, (signal.Signals[name],))
    assert done.stdout == "goes on\n", done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("command", COMMANDS)
def test_other_signals_end_it_as_ctrl_c_does(command: str, name: str) -> None:
    done = asked(command, name, ())
    assert done.stdout == ""
    assert "in good order" in done.stderr or "Interrupt" in done.stderr


def test_a_terminal_that_lacks_letters_gets_all_that_it_can_show(tmp_path: Path) -> None:
    checks = "(doctor.python, doctor.packages, doctor.disk)"
    script = f"from harness.commands import cli, doctor; doctor._CHECKS = {checks}; cli.main()"
    place = tmp_path / "größe"
    done = python(f"import sys; sys.argv[1:] = ['doctor']; {script}", DATA_DIR=str(place), **NARROW)
    assert done.stderr == b""
    assert b"ok Python: 3." in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("words", ["['compare', {run!r}, {run!r}]", "['report', {run!r}]"])
def test_a_benchmark_is_reported_where_the_locale_has_few_letters(tmp_path: Path, words: str) -> None:
    small().save(tmp_path)
    argv = words.format(run=str(tmp_path))
    script = f"import sys, runpy; sys.argv[1:] = {argv}; runpy.run_module('benchmarks', run_name='__main__')"
    done = python(script, **NARROW)
    assert b"Error" not in done.stderr, done.stderr.decode()
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_what_goes_wrong_is_one_message(tmp_path: Path) -> None:
    script = "import os; from harness.commands import program; program.run(lambda: open(os.environ['FILE']))"
    done = python(script, FILE=str(tmp_path / "größe[/b]:cat:"), **NARROW)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"[/b]:cat:" in done.stderr


@pytest.mark.parametrize("name", ["pa[th]", "[/]", "[bold]x", ":cat:", "größe"])
def test_paths_are_printed_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    printed = StringIO()
    monkeypatch.setattr(cli.console, "_file", printed)
    (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / name))
    cli.reset()
    assert printed.getvalue() == f"Deleted what the shop kept in {tmp_path / name}.\n"


@pytest.mark.parametrize("name", ["pa[th]", "[/]", ":cat:"])
def test_the_places_of_results_are_printed_as_they_are(tmp_path: Path, name: str) -> None:
    printed = StringIO()
    (tmp_path / name).mkdir(parents=True)
    session.report(Console(file=printed, width=200), small(), tmp_path / name)
    assert str(tmp_path / name / "results.md") in printed.getvalue()
