"""All commands handle signals, terminals without Unicode, and errors in the same way."""

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

# Prints only if the signal is ignored.
RAISE_SIGNAL = "import signal; signal.raise_signal(signal.{}); print('goes on')"
COMMANDS = {
    "harness": "from harness.commands import cli as module; module.cli = lambda: exec({script!r}); module.main()",
    "mutants": "from tests.mutants import command as module; module.app = lambda: exec({script!r}); module.main()",
    "benchmarks": "from benchmarks.session import stop_on_signals; stop_on_signals(); exec({script!r})",
}
# With these variables, Python encodes its output as ASCII.
ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def python(script: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in a Python process with these environment variables."""
    environment = {**os.environ, **variables}
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True)


def run_with_signal(command: str, name: str, ignored: tuple[int, ...]) -> subprocess.CompletedProcess[str]:
    """Send a signal to a command that was started by a program with these ignored signals."""
    words = [sys.executable, "-c", COMMANDS[command].format(script=RAISE_SIGNAL.format(name))]

    def ignore() -> None:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)

    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", preexec_fn=ignore)


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("command", COMMANDS)
def test_ignored_signals_do_not_end_the_command(command: str, name: str) -> None:
    result = run_with_signal(command, name, (signal.Signals[name],))
    assert result.stdout == "goes on\n", result.stderr
    assert result.returncode == 0


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("command", COMMANDS)
def test_other_signals_have_the_effect_of_ctrl_c(command: str, name: str) -> None:
    result = run_with_signal(command, name, ())
    assert result.stdout == ""
    assert "in good order" in result.stderr or "Interrupt" in result.stderr


def test_doctor_works_in_a_terminal_without_unicode(tmp_path: Path) -> None:
    checks = "(doctor.python, doctor.packages, doctor.disk)"
    script = f"from harness.commands import cli, doctor; doctor._CHECKS = {checks}; cli.main()"
    directory = tmp_path / "größe"
    result = python(f"import sys; sys.argv[1:] = ['doctor']; {script}", DATA_DIR=str(directory), **ASCII_LOCALE)
    assert result.stderr == b""
    assert b"ok Python: 3." in result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize("words", ["['compare', {run!r}, {run!r}]", "['report', {run!r}]"])
def test_benchmark_report_works_in_a_locale_without_unicode(tmp_path: Path, words: str) -> None:
    small().save(tmp_path)
    argv = words.format(run=str(tmp_path))
    script = f"import sys, runpy; sys.argv[1:] = {argv}; runpy.run_module('benchmarks', run_name='__main__')"
    result = python(script, **ASCII_LOCALE)
    assert b"Error" not in result.stderr, result.stderr.decode()
    assert result.returncode == 0, result.stdout.decode() + result.stderr.decode()


def test_error_is_one_message_without_a_traceback(tmp_path: Path) -> None:
    script = "import os; from harness.commands import program; program.run(lambda: open(os.environ['FILE']))"
    result = python(script, FILE=str(tmp_path / "größe[/b]:cat:"), **ASCII_LOCALE)
    assert result.returncode == 1
    assert result.stderr.count(b"\n") == 1
    assert b"[/b]:cat:" in result.stderr


@pytest.mark.parametrize("name", ["pa[th]", "[/]", "[bold]x", ":cat:", "größe"])
def test_reset_prints_paths_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    printed = StringIO()
    monkeypatch.setattr(cli.console, "_file", printed)
    (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / name))
    cli.reset()
    assert printed.getvalue() == f"Deleted the shop's data in {tmp_path / name}.\n"


@pytest.mark.parametrize("name", ["pa[th]", "[/]", ":cat:"])
def test_benchmark_prints_paths_of_results_unchanged(tmp_path: Path, name: str) -> None:
    printed = StringIO()
    (tmp_path / name).mkdir(parents=True)
    session.report(Console(file=printed, width=200), small(), tmp_path / name)
    assert str(tmp_path / name / "results.md") in printed.getvalue()
