"""Command line of the benchmark: `python -m benchmarks --help`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import table
from benchmarks.compare import compare as compare_runs
from benchmarks.results import FILE, Results, UnreadableResults
from benchmarks.scenarios import SCENARIOS
from benchmarks.session import measure, new_directory, stop_on_signals
from benchmarks.settings import LEAST_SIZE, MOST_ROUNDS, MOST_SECONDS, MOST_SIZE, MOST_USERS, VARIANTS, Settings
from benchmarks.settings import smoke as made_short

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _one_of(names: Collection[str]) -> Callable[[list[str] | None], list[str] | None]:
    """A check that names what is allowed. (typer has choices, but not more than one of them.)"""

    def check(given: list[str] | None) -> list[str] | None:
        for name in given or []:
            if name not in names:
                raise typer.BadParameter(f"{name!r} is not one of: {', '.join(names)}")
        return given

    return check


ScenarioOption = Annotated[
    list[str] | None,
    typer.Option(callback=_one_of(SCENARIOS), help=f"May be repeated. [all: {', '.join(SCENARIOS)}]"),
]
VariantOption = Annotated[
    list[str] | None,
    typer.Option(callback=_one_of(VARIANTS), help=f"Of {', '.join(VARIANTS)}; may be repeated. [django, fastapi]"),
]
RoundsOption = Annotated[
    int | None, typer.Option(min=1, max=MOST_ROUNDS, help="In each, every variant runs twice. [5]")
]
DurationOption = Annotated[
    float | None, typer.Option(min=0.1, max=MOST_SECONDS, help="Seconds per scenario and leg. [what fits six minutes]")
]
UsersOption = Annotated[int | None, typer.Option(min=1, max=MOST_USERS, help="Asking at the same time. [8]")]
SizeOption = Annotated[
    int | None, typer.Option(min=LEAST_SIZE, max=MOST_SIZE, help="Products in the data set. [10000]")
]
SeedOption = Annotated[int | None, typer.Option(min=0, max=2**31 - 1, help="Of the data and of what is asked for. [1]")]
SmokeOption = Annotated[bool, typer.Option("--smoke", help="All of it, for a moment each: does it work at all?")]
ResumeOption = Annotated[Path | None, typer.Option(help="Directory of a run to finish. No other option goes with it.")]
OutputOption = Annotated[Path | None, typer.Option(help="Directory for the results. [results/<time>]")]


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    scenario: ScenarioOption = None,
    variant: VariantOption = None,
    rounds: RoundsOption = None,
    duration: DurationOption = None,
    users: UsersOption = None,
    size: SizeOption = None,
    seed: SeedOption = None,
    smoke: SmokeOption = False,
    resume: ResumeOption = None,
    output: OutputOption = None,
) -> None:
    """Measure the variants against each other, print the table, write it and the raw results."""
    if context.invoked_subcommand:
        return
    chosen: dict[str, Any] = {"rounds": rounds, "duration": duration, "users": users, "size": size, "seed": seed}
    chosen |= {"scenarios": _names(scenario), "variants": _names(variant)}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    if resume and (chosen or smoke or output):
        raise typer.BadParameter("everything is taken from the run; give no other option", param_hint="--resume")
    if output and (output / FILE).exists():
        raise typer.BadParameter(
            f"{output} holds another run: resume that, or name another place", param_hint="--output"
        )
    results = _read(resume) if resume else Results(_settings(chosen, is_smoke=smoke))
    stop_on_signals()
    raise typer.Exit(measure(table.console(), results, resume or output or new_directory()))


@app.command()
def compare(a: Path, b: Path) -> None:
    """Set two runs side by side: their directories, or their results.json."""
    compare_runs(table.console(), _read(a), _read(b))


def _names(chosen: Sequence[str] | None) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(chosen)) if chosen else None


def _settings(chosen: dict[str, Any], *, is_smoke: bool) -> Settings:
    # What is said on the command line counts more than what --smoke implies.
    settings = replace(made_short(Settings()) if is_smoke else Settings(), **chosen)
    return settings if is_smoke else settings.timed(chosen.get("duration"))


def _read(path: Path) -> Results:
    try:
        return Results.load(path)
    except UnreadableResults as error:
        raise typer.BadParameter(str(error)) from error


if __name__ == "__main__":
    app(prog_name="python -m benchmarks")
