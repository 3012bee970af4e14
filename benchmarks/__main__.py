"""Command line of the benchmark: `python -m benchmarks --help`."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import typer

from benchmarks.cells import Load
from benchmarks.options import (
    DurationOption,
    FullOption,
    ImplementationOption,
    OutputOption,
    RateOption,
    ResumeOption,
    RoundsOption,
    ScenarioOption,
    SeedOption,
    ShareOption,
    SizeOption,
    SmokeOption,
    UsersOption,
    VariantOption,
    WorkersOption,
)
from benchmarks.report import terminal
from benchmarks.report.compare import compare as compare_runs
from benchmarks.results import FILE, Part, Results, UnreadableResults
from benchmarks.runs.head_to_head import MAIN, head_to_head
from benchmarks.runs.suite import full
from benchmarks.scenarios import tutorials
from benchmarks.session import measure, new_directory, report, stop_on_signals
from benchmarks.settings import DEFAULT_VARIANTS, TUTORIAL_VARIANTS, Settings
from benchmarks.settings import smoke as smoke_settings
from harness.commands import program
from harness.servers.added import AddedServer, BadImplementation, read_added

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    scenario: ScenarioOption = None,
    variant: VariantOption = None,
    implementation: ImplementationOption = None,
    rounds: RoundsOption = None,
    duration: DurationOption = None,
    users: UsersOption = None,
    rate: RateOption = None,
    share: ShareOption = None,
    workers: WorkersOption = None,
    size: SizeOption = None,
    seed: SeedOption = None,
    is_full: FullOption = False,
    smoke: SmokeOption = False,
    resume: ResumeOption = None,
    output: OutputOption = None,
) -> None:
    """Measure and compare the variants. Print the tables, write the report and the raw results."""
    if context.invoked_subcommand:
        return
    loads = loads_of_options(users or (), rates=rate or (), shares=share or ())
    chosen: dict[str, Any] = {"rounds": rounds, "duration": duration, "loads": loads or None, "seed": seed}
    chosen |= {"scenarios": _names(scenario), "variants": _names(variant), "added": _added(implementation)}
    chosen |= {"workers": _names(workers), "sizes": _names(size)}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    if resume and (chosen or smoke or output or is_full):
        raise typer.BadParameter(
            "it uses the settings of the run and cannot be combined with other options", param_hint="--resume"
        )
    if is_full and chosen.keys() - _FOR_ALL_PARTS:
        raise typer.BadParameter(
            "it can only be combined with --seed, --rounds, --smoke and --output", param_hint="--full"
        )
    if output and (output / FILE).exists():
        raise typer.BadParameter(
            f"{output} contains another run: use --resume, or another directory", param_hint="--output"
        )
    results = _read(resume) if resume else _new_results(chosen, is_full=is_full, is_smoke=smoke)
    stop_on_signals()
    raise typer.Exit(measure(terminal.console(), results, resume or output or new_directory()))


@app.command()
def compare(a: Path, b: Path) -> None:
    """Compare two runs. Each argument is a directory or a results.json. The exit status is 1 if no row is in both."""
    if not compare_runs(terminal.console(), _read(a), _read(b)):
        raise typer.Exit(1)


@app.command(name="report")
def report_again(run: Path) -> None:
    """Write the report of a run again. The argument is a directory or a results.json."""
    results = _read(run)
    raise typer.Exit(report(terminal.console(), results, run if run.is_dir() else run.parent))


def loads_of_options(users: Sequence[int], *, rates: Sequence[float], shares: Sequence[float]) -> tuple[Load, ...]:
    """Return the loads of the options. Shares without users get the usual closed load, which measures the capacity."""
    closed = tuple(Load(users=each) for each in users)
    if shares and not closed:
        closed = Settings().loads
    return (*closed, *(Load(rate=each) for each in rates), *(Load(share=each) for each in shares))


# Options that do not choose what is measured.
_FOR_ALL_PARTS = {"seed", "rounds"}


def _names[T](chosen: Sequence[T] | None) -> tuple[T, ...] | None:
    return tuple(dict.fromkeys(chosen)) if chosen else None


def _added(files: Sequence[Path] | None) -> tuple[AddedServer, ...] | None:
    try:
        return read_added(files) if files else None
    except BadImplementation as error:
        raise typer.BadParameter(str(error), param_hint="--implementation") from error


def _new_results(chosen: dict[str, Any], *, is_full: bool, is_smoke: bool) -> Results:
    settings = _settings(chosen, is_smoke=is_smoke)
    if is_full:
        parts = full(settings)
    elif chosen.keys() <= _FOR_ALL_PARTS:
        parts = head_to_head(settings)
    else:
        # An option that chooses what is measured, such as --scenario, makes a run of one part.
        parts = [Part(MAIN, settings if is_smoke else settings.timed(chosen.get("duration")))]
    return Results(parts, command=command_of(chosen, is_full=is_full, is_smoke=is_smoke))


def _settings(chosen: dict[str, Any], *, is_smoke: bool) -> Settings:
    if any(variant in TUTORIAL_VARIANTS for variant in chosen.get("variants", ())):
        chosen = {"scenarios": tutorials.SCENARIOS} | chosen
        if missing := [scenario for scenario in chosen["scenarios"] if scenario not in tutorials.SCENARIOS]:
            raise typer.BadParameter(
                f"the tutorial shops have no {', '.join(missing)}, only {', '.join(tutorials.SCENARIOS)}",
                param_hint="--scenario",
            )
    if added := chosen.get("added"):
        variants = chosen.get("variants", DEFAULT_VARIANTS)
        chosen = chosen | {"variants": (*variants, *(server.name for server in added))}
    # Options of the command line override the settings of --smoke.
    return replace(smoke_settings(Settings()) if is_smoke else Settings(), **chosen)


_FLAGS = {"scenarios": "--scenario", "variants": "--variant", "workers": "--workers", "sizes": "--size"}


def command_of(chosen: dict[str, Any], *, is_full: bool, is_smoke: bool) -> str:
    """Return the command line that repeats the run."""
    words = [".venv/bin/python", "-m", "benchmarks", *["--full"] * is_full, *["--smoke"] * is_smoke]
    for name, value in chosen.items():
        if name == "added":
            words += [word for server in value for word in ("--implementation", server.file)]
        elif name == "loads":
            words += [word for load in value for word in _load_words(load)]
        elif name in _FLAGS:
            words += [word for each in value for word in (_FLAGS[name], str(each))]
        else:
            words += [f"--{name}", f"{value:g}" if isinstance(value, float) else str(value)]
    return shlex.join(words)


def _load_words(load: Load) -> tuple[str, str]:
    if load.share is not None:
        return "--share", f"{load.share:g}"
    return ("--users", str(load.users)) if load.rate is None else ("--rate", f"{load.rate:g}")


def _read(path: Path) -> Results:
    try:
        return Results.load(path)
    except UnreadableResults as error:
        raise typer.BadParameter(str(error)) from error


if __name__ == "__main__":
    program.run(partial(app, prog_name="python -m benchmarks"))
