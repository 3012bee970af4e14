"""Settings of a part of a run: what is measured, and what is equal for all subjects."""

from bisect import bisect_right
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, get_args

from benchmarks.cells import Load
from benchmarks.scenarios import SCENARIOS
from harness.servers.added import AddedServer
from harness.servers.names import Cached, Implementation, ReadOnlyVariant, Served, Tutorial, is_served

# The name of a server of this repository, or of an added one.
type Variant = str
VARIANTS: tuple[Served, ...] = get_args(Implementation)
READ_ONLY_VARIANTS: tuple[Served, ...] = get_args(ReadOnlyVariant)
CACHED_VARIANTS: tuple[Served, ...] = get_args(Cached)
TUTORIAL_VARIANTS: tuple[Served, ...] = get_args(Tutorial)
# The layers that nest, from the fewest to the most parts: each one adds one part to the one before it.
DJANGO_LAYERS: tuple[Served, ...] = (
    "bare-wsgi",
    "django-raw",
    "django-orm-cached",
    "django-orm",
    "django-drf",
    "django",
)
FASTAPI_LAYERS: tuple[Served, ...] = ("bare", "fastapi-raw", "fastapi-sqlalchemy", "fastapi-pydantic", "fastapi")
# `bare` is the baseline. Each framework's layers follow, from its tutorial to its driver alone.
LAYER_VARIANTS: tuple[Served, ...] = (
    "bare",
    *("django-tutorial", "django-tutorial-persistent", *DJANGO_LAYERS[::-1]),
    *("fastapi-tutorial", *FASTAPI_LAYERS[:0:-1]),
)
DEFAULT_VARIANTS: tuple[Served, ...] = ("django", "fastapi")

MAX_ROUNDS, MAX_USERS, MAX_RATE, MAX_SECONDS, MAX_WORKERS = 1000, 512, 10_000.0, 3600.0, 64
MIN_SHARE, MAX_SHARE = 0.01, 2.0
MIN_SIZE, MAX_SIZE = 1_000, 1_000_000

# Seconds for which one server is loaded before the next one is. The speed of a machine changes over time. With slices
# of a second, its changes cause four times as much difference between two servers as with slices of a tenth.
SLICE_SECONDS = 0.1

# Seconds between the first requests of two users, if a server has several workers. A worker that is busy with the
# earlier users leaves the new connection to another. If all users connect at once to idle workers, one often gets all.
JOIN_SECONDS = 0.02

# Seconds that all rounds may take, and the measured overhead of one server run and of one cell.
TOTAL_SECONDS, RUN_SECONDS, CELL_SECONDS = 300.0, 1.5, 0.1
WARM_UP_SHARE, MIN_WARM_UP = 0.2, 0.1
MIN_DEFAULT_DURATION, MAX_DEFAULT_DURATION = 0.3, 10.0
# Open load ends after so many seconds, even if there were fewer arrivals than wanted.
MAX_OPEN_SECONDS = 5.0
# Requests per second of the slower implementation in a typical scenario, to estimate the duration of open load.
TYPICAL_CAPACITY = 200.0


@dataclass(frozen=True)
class Subject:
    """What a server run measures: a variant with a number of workers, on a data set of `size` products.

    `threads` is the number of threads and of database connections of each worker. FastAPI has no threads.
    """

    variant: Variant
    workers: int = 1
    size: int = 10_000
    threads: int = 4

    @property
    def join_interval(self) -> float:
        """Seconds between the first requests of two users of closed load."""
        return JOIN_SECONDS if self.workers > 1 else 0.0


@dataclass(frozen=True)
class Settings:
    """The settings of a part.

    `duration` and `warm_up` are seconds per scenario and load. `turns` is the number of server runs of a subject in a
    round. If `requests` is set, closed load ends after that number of responses, and `duration` is only an estimate.
    `sample_size` is the number of products that requests name.

    `latency_seconds` is the length of the stretch of closed load that latencies are taken from; 0 for no latencies.
    `open_scenarios` are the scenarios that open loads are used for, None for all. Open load lasts longer than
    `duration` if fewer than `arrivals` are expected in it. `is_pinned` says whether servers have CPUs of their own.
    `added` has the servers of the variants that are not part of this repository.

    The subjects are all combinations of variants, workers, sizes and threads; the variants in `threadless` are measured
    with the first number of threads only. Each subject is compared with the first variant, or, if there are several
    sizes, with the same variant at the first size. The estimate adds `extra_seconds` to each round, for what does not
    follow from its cells, such as users that wait for slow responses.
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
    threads: tuple[int, ...] = (4,)
    threadless: tuple[Variant, ...] = ()
    extra_seconds: float = 0.0
    latency_seconds: float = 0.5
    open_scenarios: tuple[str, ...] | None = None
    arrivals: int = 110
    is_pinned: bool = True
    added: tuple[AddedServer, ...] = ()
    is_smoke: bool = False

    def __post_init__(self) -> None:
        first_share = next((position for position, load in enumerate(self.loads) if load.share is not None), None)
        if first_share is not None and all(load.is_open for load in self.loads[:first_share]):
            raise ValueError(
                f"an open load at {self.loads[first_share]} of the capacity requires a number of users before it in "
                "the loads: the capacity is measured with them"
            )

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """All combinations of variants, workers, sizes and threads, without those that `threadless` excludes."""
        return tuple(
            Subject(variant, workers, size, threads)
            for variant, workers, size, threads in product(self.variants, self.workers, self.sizes, self.threads)
            if threads == self.threads[0] or variant not in self.threadless
        )

    def first_subject(self, variant: Variant) -> Subject:
        """Return the subject with the first number of workers, products and threads of the settings."""
        return Subject(variant, self.workers[0], self.sizes[0], self.threads[0])

    def server_of(self, variant: Variant) -> Served | AddedServer:
        """Return what starts the server of a variant. Raises KeyError if there is no such variant."""
        if is_served(variant):
            return variant
        return {server.name: server for server in self.added}[variant]

    @property
    def runs_per_round(self) -> int:
        """Number of server runs in a round."""
        return self.turns * len(self.subjects)

    @property
    def cells_per_run(self) -> int:
        """Number of cells that one server run measures."""
        return sum(len(self.loads_of(scenario)) for scenario in self.scenarios)

    @property
    def cells(self) -> int:
        """Number of cells of the part."""
        return self.rounds * self.runs_per_round * self.cells_per_run

    @property
    def seconds(self) -> float:
        """Approximate duration of the part in seconds."""
        loads = [load for scenario in self.scenarios for load in self.loads_of(scenario)]
        cells = sum(map(self._cell_seconds, loads))
        joining = sum(load.users or 0 for load in loads) * sum(subject.join_interval for subject in self.subjects)
        runs = self.runs_per_round * (RUN_SECONDS + cells) + self.turns * joining
        return self.rounds * (runs + self.extra_seconds)

    def loads_of(self, scenario: str) -> tuple[Load, ...]:
        """Return the loads under which a scenario is measured, in this order."""
        if self.open_scenarios is None or scenario in self.open_scenarios:
            return self.loads
        return tuple(load for load in self.loads if not load.is_open)

    def open_duration(self, rate: float) -> float:
        """Return for how many seconds open load with so many arrivals per second is measured."""
        return max(self.duration, min(MAX_OPEN_SECONDS, self.arrivals / rate))

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
        same_threads = replace(subject, variant=self.variants[0])
        return same_threads if same_threads in self.subjects else replace(same_threads, threads=self.threads[0])

    def timed(self, duration: float | None = None) -> "Settings":
        """Return the settings with this `duration` of a cell, or with one with which all rounds take TOTAL_SECONDS."""
        if duration is not None:
            return self._with_duration(round(duration, 2))
        hundredths = range(round(MIN_DEFAULT_DURATION * 100), round(MAX_DEFAULT_DURATION * 100) + 1)
        fitting = bisect_right(hundredths, TOTAL_SECONDS, key=lambda each: self._with_duration(each / 100).seconds)
        return self._with_duration(hundredths[max(0, fitting - 1)] / 100)

    def _with_duration(self, duration: float) -> "Settings":
        warm_up = min(2.0, max(MIN_WARM_UP, duration * WARM_UP_SHARE / (1 - WARM_UP_SHARE)))
        return replace(self, duration=duration, warm_up=round(warm_up, 2))

    def _cell_seconds(self, load: Load) -> float:
        """Return the approximate duration of a cell in seconds, with its warm-up."""
        fixed = self.warm_up + CELL_SECONDS
        if not load.is_open:
            return fixed + self.duration + self.latency_seconds
        return fixed + self.open_duration(load.rate or (load.share or 1.0) * TYPICAL_CAPACITY)

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a dictionary."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Settings":
        """Create settings from the result of `as_json`. Raises TypeError, KeyError, ValueError."""
        loads = tuple(Load(**each) for each in values.pop("loads"))
        added = tuple(AddedServer.from_json(each) for each in values.pop("added"))
        lists: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list | tuple) else value for name, value in values.items()
        }
        return cls(loads=loads, added=added, **lists)


def smoke(settings: Settings) -> Settings:
    """Return settings that measure everything for a short time, too short for valid figures."""
    short = {
        "rounds": 2,
        "duration": 0.15,
        "warm_up": 0.05,
        "loads": (Load(users=2),),
        "sizes": (MIN_SIZE,),
        "sample_size": 4,
        "latency_seconds": 0.1,
        "arrivals": 5,
    }
    return replace(settings, **short, is_smoke=True)  # type: ignore[arg-type] # mypy sees one type for all values
