"""What the server runs of a part share: the data sets, the servers, the access tokens."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg2

from benchmarks.environment.outages import Dependencies
from benchmarks.environment.processors import Pinning, number_of_processors
from benchmarks.scenarios.sample import Sample, top_up, use_slow_hashes
from benchmarks.settings import TUTORIAL_VARIANTS, Settings, Subject, Variant
from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import Budget, RunningServer, serve


@dataclass
class AccessTokens:
    """The access tokens by account, and the reading of the monotonic clock when they were new."""

    by_account: dict[str, str] = field(default_factory=dict)
    received: float = -math.inf


@dataclass(frozen=True)
class Bench:
    """What all server runs of a part share. `samples` are by size, `pinnings` by number of workers.

    `environment` has additional environment variables of the servers. `tokens` are by variant and size: all servers of
    a variant accept them, because they have the same key and, with the same size, the same users.
    """

    settings: Settings
    server: Server
    dependencies: Dependencies
    secret_key: str
    samples: dict[int, Sample]
    pinnings: dict[int, Pinning]
    environment: Mapping[str, str] = field(default_factory=dict)
    tokens: dict[tuple[Variant, int], AccessTokens] = field(default_factory=dict)

    @property
    def processors(self) -> int:
        """The number of CPUs that the run may use. If something is pinned, this process may use fewer."""
        cpus = [each.all for each in self.pinnings.values()]
        return max(number_of_processors() if each is None else len(each) for each in cpus)

    @contextmanager
    def data(self, size: int) -> Iterator[str]:
        """Clone the data set, with enough stock for all orders. Yield its URL and drop it at the end."""
        with database(self.server, size=size, seed=self.settings.seed, name_hint="bench") as url:
            top_up(url, self.samples[size].stocked)
            yield url

    @contextmanager
    def running(self, subject: Subject, database_url: str, cpus: frozenset[int] | None) -> Iterator[RunningServer]:
        """Start the server of a subject on a database and these CPUs, and stop it at the end. Raises ServerFailed."""
        if subject.variant in TUTORIAL_VARIANTS:
            use_slow_hashes(database_url, self.samples[subject.size].customers)
        budget = Budget(subject.workers, subject.threads, subject.threads, cpus)
        with serve(
            self.settings.server_of(subject.variant),
            database_url,
            budget=budget,
            environment={**self.environment, "SECRET_KEY": self.secret_key},
        ) as implementation:
            yield implementation

    def settle(self) -> None:
        """Let PostgreSQL write what is left of cloning now, so that it does not write it during a measurement."""
        with suppress(psycopg2.Error), self.server.connection() as connection, connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
