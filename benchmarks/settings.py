"""What a run measures and with which means; everything that must be equal for both wings stands here."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast, get_args

from benchmarks.scenarios import SCENARIOS

Variant = Literal["django", "django-asgi", "fastapi"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
DEFAULT_VARIANTS: tuple[Variant, ...] = ("django", "fastapi")

MOST_ROUNDS, MOST_USERS, MOST_SECONDS = 1000, 512, 600.0
LEAST_SIZE, MOST_SIZE = 1_000, 1_000_000

# Seconds that the rounds of a whole run may take; what one leg and one cell need besides measuring, as measured.
RUN_SECONDS, LEG_SECONDS, CELL_SECONDS = 315.0, 2.0, 0.1
WARM_UP_SHARE, LEAST_WARM_UP = 0.2, 0.1
LONGEST_DEFAULT = 10.0


@dataclass(frozen=True)
class Settings:
    """One run. `duration` and `warm_up` are seconds for each scenario in each leg."""

    variants: tuple[Variant, ...] = DEFAULT_VARIANTS
    scenarios: tuple[str, ...] = tuple(SCENARIOS)
    rounds: int = 5
    duration: float = 1.0
    warm_up: float = 0.2
    users: int = 8
    size: int = 10_000
    seed: int = 1
    draw: int = 200
    workers: int = 1
    threads: int = 4
    is_smoke: bool = False

    @property
    def legs_per_round(self) -> int:
        return 2 * len(self.variants)

    @property
    def cells(self) -> int:
        """How often some scenario is measured in the whole run."""
        return self.rounds * self.legs_per_round * len(self.scenarios)

    def order(self, number: int) -> tuple[Variant, ...]:
        """Variants in the order in which round `number` (from 1) runs them: ABBA, then BAAB, and so on."""
        forward = self.variants if number % 2 else self.variants[::-1]
        return forward + forward[::-1]

    def timed(self, duration: float | None = None) -> "Settings":
        """The same run with seconds for each cell: as given, or so that the whole fits the time budget."""
        legs = self.rounds * self.legs_per_round
        room = (RUN_SECONDS - legs * LEG_SECONDS) / self.cells - CELL_SECONDS
        fitting = min(LONGEST_DEFAULT, max(0.3, room * (1 - WARM_UP_SHARE)))
        measured = round(duration or fitting, 2)
        warm_up = min(2.0, max(LEAST_WARM_UP, measured * WARM_UP_SHARE / (1 - WARM_UP_SHARE)))
        return replace(self, duration=measured, warm_up=round(warm_up, 2))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Settings":
        variants, scenarios = (tuple(values.pop(name)) for name in ("variants", "scenarios"))
        return cls(variants=cast(tuple[Variant, ...], variants), scenarios=scenarios, **values)

    def command(self) -> str:
        """The command line that repeats the run."""
        words = [f"--variant {variant}" for variant in self.variants]
        if self.scenarios != tuple(SCENARIOS):
            words += [f"--scenario {scenario}" for scenario in self.scenarios]
        words += ["--smoke"] * self.is_smoke
        words += [f"--rounds {self.rounds} --duration {self.duration:g} --users {self.users}"]
        return " ".join([".venv/bin/python -m benchmarks", *words, f"--size {self.size} --seed {self.seed}"])


def smoke(settings: Settings) -> Settings:
    """Everything once over, far too short to say anything about speed."""
    return replace(settings, rounds=2, duration=0.15, warm_up=0.05, users=4, size=LEAST_SIZE, draw=16, is_smoke=True)
