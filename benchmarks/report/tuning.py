"""What each implementation sets in its driver and in Python's garbage collector, with the measured effects.

The effects are ratios of CPU per request with the setting to without it, or of one driver to the other: medians of four
or five rounds with the range of the rounds, on one CPU of a machine with other work, so differences below a tenth are
noise. The first figure is for product_detail, the second for product_list.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuning:
    """A setting, its value on each side, and its measured effect."""

    setting: str
    django: str
    fastapi: str
    effect: str

    def __str__(self) -> str:
        values = self.django if self.django == self.fastapi else f"Django {self.django}, FastAPI {self.fastapi}"
        return f"{self.setting}: {values}. {self.effect}"


TUNINGS = (
    Tuning(
        "Garbage collector's threshold",
        "Python's default on both sides",
        "Python's default on both sides",
        "A threshold of 10,000 would change the CPU of both alike: Django 0.95 [0.89, 0.98] and 0.97 [0.94, 1.11], "
        "FastAPI 0.95 [0.91, 1.04] and 0.97 [0.91, 1.21].",
    ),
    Tuning(
        "Objects of the application",
        "excluded from collection by gc.freeze on both sides",
        "excluded from collection by gc.freeze on both sides",
        "The measurements do not settle its effect: without it Django would cost 0.92 [0.86, 1.00] and 0.94 [0.91, "
        "0.99], in another measurement 1.05 [0.82, 1.26] for one product, and FastAPI 1.04 [1.01, 1.15] and 1.07 "
        "[1.01, 1.17].",
    ),
    Tuning(
        "Driver",
        "psycopg2",
        "asyncpg",
        "psycopg 3 would cost Django 0.99 [0.93, 1.14] and 0.95 [0.89, 0.98] of psycopg2's CPU, and FastAPI 1.51 "
        "[1.44, 1.82] and 1.40 [1.24, 1.84] of asyncpg's.",
    ),
    Tuning(
        "Plans of PostgreSQL",
        "for the values, which psycopg2 writes into the statement",
        "for the values, by plan_cache_mode = force_custom_plan",
        "With generic plans FastAPI would cost 0.89 [0.81, 1.02] and 0.98 [0.91, 1.04] of the server's CPU, and one "
        "product 104 us of PostgreSQL's CPU instead of 254; at 100,000 products a filter would cost six times as much.",
    ),
)
