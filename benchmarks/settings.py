"""Settings of one part of a run: what is measured, and everything that must be equal for all subjects."""

from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, get_args

from benchmarks.cells import Load
from benchmarks.scenarios import SCENARIOS
from harness.servers.command_lines import Implementation, Served

type Variant = Served
VARIANTS: tuple[Variant, ...] = get_args(Implementation)
# The layers from the floor up, each framework from its tutorial down; the others are compared with the floor.
LAYER_VARIANTS: tuple[Variant, ...] = (
    "bare",
    *("django-tutorial", "django", "django-without-serializer", "django-raw"),
    *("fastapi-tutorial", "fastapi", "fastapi-without-serializer", "fastapi-raw"),
)
DEFAULT_VARIANTS: tuple[Variant, ...] = ("django", "fastapi")

MOST_ROUNDS, MOST_USERS, MOST_RATE, MOST_SECONDS, MOST_WORKERS = 1000, 512, 10_000.0, 3600.0, 64
LEAST_SIZE, MOST_SIZE = 1_000, 1_000_000

# Seconds for which one server is asked before the next is. A machine's speed wanders: it makes four times as much of a
# difference of two servers that change places each second as of two that change places ten times as often.
SLICE_SECONDS = 0.1

# Seconds that all rounds may take, and what one run of a server and one cell need besides measuring, as measured.
TOTAL_SECONDS, RUN_SECONDS, CELL_SECONDS = 315.0, 2.0, 0.1
WARM_UP_SHARE, LEAST_WARM_UP = 0.2, 0.1
LONGEST_DEFAULT = 10.0


@dataclass(frozen=True)
class Subject:
    """What a server run measures: a variant with a number of worker processes and of products."""

    variant: Variant
    workers: int = 1
    size: int = 10_000


@dataclass(frozen=True)
class Settings:
    """A part. `duration` and `warm_up` are seconds per scenario and load, `turns` the server runs in a round.

    Where `requests` are asked for, closed load goes on until so many are answered; `duration` then is a guess.

    Its subjects are all combinations of variants, workers and sizes. Each is compared with the one that has the first
    variant, or, where there is more than one size, with itself at the first size.
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
        return tuple(Subject(*each) for each in product(self.variants, self.workers, self.sizes))

    @property
    def runs_per_round(self) -> int:
        return self.turns * len(self.subjects)

    @property
    def cells_per_run(self) -> int:
        return len(self.scenarios) * len(self.loads)

    @property
    def cells(self) -> int:
        """Number of cells in the whole part."""
        return self.rounds * self.runs_per_round * self.cells_per_run

    @property
    def seconds(self) -> float:
        """Approximate duration of the part."""
        return self.rounds * self.runs_per_round * RUN_SECONDS + self.cells * (
            self.duration + self.warm_up + CELL_SECONDS
        )

    def order(self, number: int) -> tuple[Subject, ...]:
        """Subjects in the order in which round `number` (from 1) runs them: ABBA, BAAB, ...; of one turn AB, BA, ..."""
        forward = self.subjects if number % 2 else self.subjects[::-1]
        return (forward + forward[::-1])[: self.runs_per_round]

    def baseline(self, subject: Subject) -> Subject:
        """The subject whose figures this subject's figures are divided by; may be the subject itself."""
        if len(self.sizes) > 1:
            return replace(subject, size=self.sizes[0])
        return replace(subject, variant=self.variants[0])

    def timed(self, duration: float | None = None) -> "Settings":
        """The same part with seconds for each cell: as given, or so that the whole fits the time budget."""
        runs = self.rounds * self.runs_per_round
        available = (TOTAL_SECONDS - runs * RUN_SECONDS) / self.cells - CELL_SECONDS
        fitting = min(LONGEST_DEFAULT, max(0.3, available * (1 - WARM_UP_SHARE)))
        measured = round(duration or fitting, 2)
        warm_up = min(2.0, max(LEAST_WARM_UP, measured * WARM_UP_SHARE / (1 - WARM_UP_SHARE)))
        return replace(self, duration=measured, warm_up=round(warm_up, 2))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Settings":
        """Read what `as_json` wrote. Raises TypeError, KeyError, ValueError."""
        loads = tuple(Load(**each) for each in values.pop("loads"))
        lists: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list | tuple) else value for name, value in values.items()
        }
        return cls(loads=loads, **lists)


def smoke(settings: Settings) -> Settings:
    """Return settings that measure everything once, far too short for valid figures."""
    few = {
        "rounds": 2,
        "duration": 0.15,
        "warm_up": 0.05,
        "loads": (Load(users=4),),
        "sizes": (LEAST_SIZE,),
        "sample_size": 4,
    }
    return replace(settings, **few, is_smoke=True)  # type: ignore[arg-type] # mypy sees one type for all values
