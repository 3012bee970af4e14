"""A third server, which a TOML file adds, beside the implementations: the corpus and the benchmark run against it."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.results import Part, Results
from benchmarks.scenarios.dialects import OF_CONTRACT, dialect_of
from benchmarks.settings import Settings
from harness.paths import ROOT
from harness.postgres.server import Server
from harness.servers.added import AddedServer, read_server
from harness.servers.command_lines import Budget, server_command
from harness.servers.names import Served
from tests.benchmarks.processes import RUN_TIMEOUT, benchmark
from tests.parity.cases import read_cases
from tests.parity.report.added import judge_added, print_findings

READS = ("product_detail", "product_list")


def written(directory: Path, application: str, name: str = "third") -> Path:
    """Write the file of a server that uvicorn runs, and return its path."""
    path = directory / f"{name}.toml"
    words = [sys.executable, "-m", "uvicorn", application, "--port", "{port}", "--workers", "{workers}"]
    text = f"name = {json.dumps(name)}\ncommand = {json.dumps(words)}\ndirectory = {json.dumps(str(ROOT))}\n"
    path.write_text(text, encoding="utf-8")
    return path


def run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end and return its exit status and output."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=RUN_TIMEOUT, encoding="utf-8")


@pytest.mark.parametrize("implementation", ["django", "fastapi"])
def test_another_python_has_the_options_of_the_implementation(implementation: Served) -> None:
    budget, port = Budget(workers=2, threads=8), 8000
    path = ROOT / "benchmarks" / "variants" / f"{implementation}-python-3.14.toml"
    program, *words = tomllib.loads(path.read_text(encoding="utf-8"))["command"]
    options = server_command(implementation, budget, port)[1:]
    if "--worker-tmp-dir" in options:
        # Its value depends on the machine.
        position = options.index("--worker-tmp-dir")
        del options[position : position + 2]
    assert program == ".venv-3.14/bin/python"
    assert [word.format(port=port, workers=budget.workers, threads=budget.threads) for word in words] == options


def test_an_added_server_has_its_rows_beside_the_implementations(tmp_path: Path) -> None:
    file, output = written(tmp_path, "benchmarks.layers.bare:app"), tmp_path / "results"
    scenarios = [word for name in READS for word in ("--scenario", name)]
    command = benchmark("--smoke", "--rounds", "1", "--implementation", file, *scenarios, "--output", output)
    ran = run(command)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    results = Results.load(output)
    (part,) = results.parts
    assert part.settings.variants == ("django", "fastapi", "third")
    assert part.settings.added == (read_server(file),)
    assert part.gate == {}
    assert [run.subject.variant for run in part.runs].count("third") == 2
    assert [cell.examples for run in part.runs for cell in run.cells if cell.errors] == []
    assert part.statements["third"] == dict.fromkeys(READS, 1.0)
    assert f"--implementation {file}" in results.command
    report = (output / "results.md").read_text(encoding="utf-8")
    assert "third / Django" in report
    assert f"third: added by {file}: " in report


def test_the_added_servers_follow_the_chosen_variants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Settings] = []

    def measure(_console: object, results: Results, _directory: Path) -> int:
        started.extend(part.settings for part in results.parts)
        return 0

    monkeypatch.setattr("benchmarks.__main__.measure", measure)
    monkeypatch.setattr("benchmarks.__main__.stop_on_signals", lambda: None)
    files = [written(tmp_path, "benchmarks.layers.bare:app", name) for name in ("one", "two")]
    options = [word for file in files for word in ("--implementation", str(file))]
    result = CliRunner().invoke(app, ["--smoke", "--variant", "fastapi", *options])
    assert result.exit_code == 0, result.output
    (settings,) = started
    assert settings.variants == ("fastapi", "one", "two")
    assert [settings.server_of(name) for name in ("one", "two")] == [*map(read_server, files)]
    assert settings.server_of("fastapi") == "fastapi"


def test_results_keep_the_added_servers_so_that_a_run_can_be_resumed(tmp_path: Path) -> None:
    server = AddedServer("a.toml", "a", ("b", "{port}"), {"C": "d"}, "/health", "/")
    settings = Settings(variants=("fastapi", "a"), added=(server,))
    Results([Part("main", settings)]).save(tmp_path)
    assert Results.load(tmp_path).parts[0].settings == settings


def test_an_added_server_has_the_requests_of_the_contract_and_its_own_responses() -> None:
    dialect = dialect_of("third")
    assert dialect.name not in {OF_CONTRACT.name, dialect_of("fourth").name}
    assert (dialect.sign_in, dialect.token, dialect.scenarios) == (OF_CONTRACT.sign_in, OF_CONTRACT.token, None)


def test_the_corpus_runs_against_an_added_server_and_the_counts_are_printed(tmp_path: Path) -> None:
    file = written(tmp_path, "benchmarks.layers.bare:app")
    ran = run([sys.executable, "-m", "tests.parity", "--implementation", str(file)])
    assert ran.returncode == 1, ran.stdout + ran.stderr
    total = len(read_cases())
    assert f"third: 0 of {total} cases pass" in ran.stdout
    assert "third, Tokens: 0 of " in ran.stdout
    # The layer `bare` has none of the health endpoints but /readyz.
    assert "third accept-missing: the next request, for /healthz, gets status 404" in ran.stdout


def test_a_server_that_speaks_the_contract_passes(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    added = read_server(written(tmp_path, "fastapi_impl.main:app"))
    cases = [case for case in read_cases() if case.group in {"Accept", "Permissions"}]
    with Progress(disable=True) as progress:
        findings = judge_added(server, added, cases, progress)
    assert print_findings(Console(), added, findings)
    assert f"third: {len(cases)} of {len(cases)} cases pass" in capsys.readouterr().out


def test_a_wrong_file_is_an_error_of_the_command_line_of_the_corpus(tmp_path: Path) -> None:
    ran = run([sys.executable, "-m", "tests.parity", "--implementation", str(tmp_path / "nowhere.toml")])
    assert ran.returncode == 2
    assert "No such file" in ran.stderr
