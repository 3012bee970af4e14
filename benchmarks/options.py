"""The options of the benchmark's command line: their types, limits and descriptions."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.scenarios import OFFERED
from benchmarks.settings import (
    MAX_RATE,
    MAX_ROUNDS,
    MAX_SECONDS,
    MAX_SHARE,
    MAX_SIZE,
    MAX_USERS,
    MAX_WORKERS,
    MIN_SHARE,
    MIN_SIZE,
    TUTORIAL_VARIANTS,
    VARIANTS,
)


def _one_of(names: Collection[str]) -> Callable[[list[str] | None], list[str] | None]:
    """Return a callback that rejects unknown names. (typer's choices do not support repeated options.)"""

    def check(values: list[str] | None) -> list[str] | None:
        for name in values or []:
            if name not in names:
                raise typer.BadParameter(f"{name!r} is not one of: {', '.join(names)}")
        return values

    return check


ScenarioOption = Annotated[
    list[str] | None,
    typer.Option(callback=_one_of(OFFERED), help=f"One of {', '.join(OFFERED)}; may be repeated. [the first ten]"),
]
VariantOption = Annotated[
    list[str] | None,
    typer.Option(
        callback=_one_of((*VARIANTS, *TUTORIAL_VARIANTS)),
        help=f"One of {', '.join((*VARIANTS, *TUTORIAL_VARIANTS))}; may be repeated. [django, fastapi]",
    ),
]
ImplementationOption = Annotated[
    list[Path] | None,
    typer.Option(
        help="A TOML file that says how to start a server of your own, which becomes a variant; may be repeated. See "
        "docs/add-an-implementation.md."
    ),
]
RoundsOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=MAX_ROUNDS,
        help="Number of rounds; each variant has two server runs in a round. Some parts of a run of several parts have "
        "fewer. [5]",
    ),
]
DurationOption = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        max=MAX_SECONDS,
        help="Seconds per scenario and server run. [in a run of one part: so that the rounds take five minutes]",
    ),
]
UsersOption = Annotated[
    list[int] | None,
    typer.Option(min=1, max=MAX_USERS, help="Closed load: number of concurrent users; may be repeated. [8]"),
]
RateOption = Annotated[
    list[float] | None,
    typer.Option(min=0.1, max=MAX_RATE, help="Open load: arrivals per second; may be repeated. [none]"),
]
ShareOption = Annotated[
    list[float] | None,
    typer.Option(
        min=MIN_SHARE,
        max=MAX_SHARE,
        help="Open load: arrivals as a share of the requests per second that the slowest variant answers under closed "
        "load, for example 0.6; may be repeated. [none]",
    ),
]
WorkersOption = Annotated[
    list[int] | None, typer.Option(min=1, max=MAX_WORKERS, help="Worker processes of a server; may be repeated. [1]")
]
SizeOption = Annotated[
    list[int] | None,
    typer.Option(min=MIN_SIZE, max=MAX_SIZE, help="Number of products in the data set; may be repeated. [10000]"),
]
SeedOption = Annotated[
    int | None, typer.Option(min=0, max=2**31 - 1, help="Seed of the data set and of the requests. [1]")
]
FullOption = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Measure all parts, also open load at three rates, framework layers, data growth, other servers. Under 75 "
        "minutes.",
    ),
]
SmokeOption = Annotated[
    bool, typer.Option("--smoke", help="Run every measurement for a very short time, to check that it works.")
]
ResumeOption = Annotated[
    Path | None, typer.Option(help="Directory of a run to continue. Cannot be combined with other options.")
]
OutputOption = Annotated[Path | None, typer.Option(help="Directory for the results. [results/<time>]")]
