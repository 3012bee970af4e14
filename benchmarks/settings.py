"""Settings of a part of a run: what is measured, and what is equal for all subjects."""

from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, get_args

from benchmarks.cells import Load
from benchmarks.scenarios import SCENARIOS
from harness.servers.command_lines import Implementation, Served

type Variant = Served
VARIANTS: tuple[Variant, ...] = get_args(Implementation)
# `bare` is the baseline. Each framework's layers follow, from its tutorial to its driver alone.
LAYER_VARIANTS: tuple[Variant, ...] = (
    "bare",
    *("django-tutorial", "django", "django-without-serializer", "django-raw"),
    *("fastapi-tutorial", "fastapi", "fastapi-without-serializer", "fastapi-raw"),
)
DEFAULT_VARIANTS: tuple[Variant, ...] = ("django", "fastapi")

MAX_ROUNDS, MAX_USERS, MAX_RATE, MAX_SECONDS, MAX_WORKERS = 1000, 512, 10_000.0, 3600.0, 64
MIN_SIZE, MAX_SIZE = 1_000, 1_000_000

# Seconds for which one server is loaded before the next one is. The speed of a machine changes over time. With slices
# of a second, its changes cause four times as much difference between two servers as with slices of a tenth.
SLICE_SECONDS = 0.1

# Seconds that all rounds may take, and the measured overhead of one server run and of one cell.
TOTAL_SECONDS, RUN_SECONDS, CELL_SECONDS = 315.0, 2.0, 0.1
WARM_UP_SHARE, MIN_WARM_UP = 0.2, 0.1
MIN_DEFAULT_DURATION, MAX_DEFAULT_DURATION = 0.3, 10.0


@dataclass(frozen=True)
class Subject:
    """What a server run measures: a variant with a number of workers, on a data set of `size` products."""

    variant: Variant
    workers: int = 1
    size: int = 10_000


@dataclass(frozen=True)
class Settings:
    """The settings of a part.

    `duration` and `warm_up` are seconds per scenario and load. `turns` is the number of server runs of a subject in a
    round. If `requests` is set, closed load ends after that number of responses, and `duration` is only an estimate.
    `sample_size` is the number of products that requests name, `threads` the number of threads and connections.

    The subjects are all combinations of variants, workers and sizes. Each subject is compared with the first variant,
    or, if there are several sizes, with the same variant at the first size.
    """

    variants: tuple[Variant, ...] = DEFAULT_VARIANTS
    scenarios: tuple[str, ...] = tuple(SCENARIOS)
    rounds: int = 5
    duration: float = 1.0
    warm_up: float = 0.2
    loads: tuple[Load, ...] = (Load(users=8),)
    workers: tuple[int, ...] = (1,)
    sizes: tuple[int, ...] = (10_000,)
    turns: int = 2
    seed: int = 1
    sample_size: int = 200
    requests: int | None = None
    threads: int = 4
    is_smoke: bool = False

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """All combinations of variants, workers and sizes."""
        return tuple(Subject(*each) for each in product(self.variants, self.workers, self.sizes))

    @property
    def runs_per_round(self) -> int:
        """Number of server runs in a round."""
        return self.turns * len(self.subjects)

    @property
    def cells_per_run(self) -> int:
        """Number of cells that one server run measures."""
        return len(self.scenarios) * len(self.loads)

    @property
    def cells(self) -> int:
        """Number of cells of the part."""
        return self.rounds * self.runs_per_round * self.cells_per_run

    @property
    def seconds(self) -> float:
        """Approximate duration of the part in seconds."""
        return self.rounds * self.runs_per_round * RUN_SECONDS + self.cells * (
            self.duration + self.warm_up + CELL_SECONDS
        )

    def order(self, number: int) -> tuple[Subject, ...]:
        """Return the subjects in the order of round `number` (from 1).

        With two turns the orders are ABBA, BAAB, ABBA, ...; with one turn AB, BA, AB, ...
        """
        forward = self.subjects if number % 2 else self.subjects[::-1]
        return (forward + forward[::-1])[: self.runs_per_round]

    def baseline(self, subject: Subject) -> Subject:
        """Return the subject with which this one is compared; may be the subject itself."""
        if len(self.sizes) > 1:
            return replace(subject, size=self.sizes[0])
        return replace(subject, variant=self.variants[0])

    def timed(self, duration: float | None = None) -> "Settings":
        """Return the settings with this `duration` of a cell, or with one with which all rounds take TOTAL_SECONDS."""
        runs = self.rounds * self.runs_per_round
        available = (TOTAL_SECONDS - runs * RUN_SECONDS) / self.cells - CELL_SECONDS
        default = min(MAX_DEFAULT_DURATION, max(MIN_DEFAULT_DURATION, available * (1 - WARM_UP_SHARE)))
        measured = round(duration or default, 2)
        warm_up = min(2.0, max(MIN_WARM_UP, measured * WARM_UP_SHARE / (1 - WARM_UP_SHARE)))
        return replace(self, duration=measured, warm_up=round(warm_up, 2))

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a dictionary."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Settings":
        """Create settings from the result of `as_json`. Raises TypeError, KeyError, ValueError."""
        loads = tuple(Load(**each) for each in values.pop("loads"))
        lists: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list | tuple) else value for name, value in values.items()
        }
        return cls(loads=loads, **lists)


def smoke(settings: Settings) -> Settings:
    """Return settings that measure everything for a short time, too short for valid figures."""
    short = {
        "rounds": 2,
        "duration": 0.15,
        "warm_up": 0.05,
        "loads": (Load(users=4),),
        "sizes": (MIN_SIZE,),
        "sample_size": 4,
    }
    return replace(settings, **short, is_smoke=True)  # type: ignore[arg-type] # mypy sees one type for all values
