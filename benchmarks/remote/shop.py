"""A server that Locust's users load: the sample of its rows, and tokens of its accounts."""

import threading
import time
from collections.abc import Iterable
from contextlib import closing

from benchmarks.remote.api_sample import SetupFailed, draw_sample
from benchmarks.scenarios import SCENARIOS, Step
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import STAFF, Sample
from benchmarks.verification.client import Client

# Seconds after which tokens are renewed. They are valid for six times as long.
RENEW_TOKENS_AFTER = 300.0


class Shop:
    """A server, with what all users of this process share: a sample of its rows, and new tokens of its accounts."""

    def __init__(self, url: str, sample: Sample, tokens: dict[str, str]) -> None:
        self.url, self._sample = url, sample
        self._journeys: dict[str, list[list[Step]]] = {}
        self._tokens, self._signed_in = tokens, time.monotonic()
        self._lock = threading.Lock()

    def journeys(self, scenario: str) -> list[list[Step]]:
        """Return the journeys of a scenario. Raises SetupFailed if the server has too few rows for it."""
        if scenario not in self._journeys:
            self._journeys[scenario] = SCENARIOS[scenario].journeys(self._sample)
        if not self._journeys[scenario]:
            raise SetupFailed(f"The server at {self.url} has too few rows for {scenario}.")
        return self._journeys[scenario]

    def headers(self, request: Request, serial: str) -> dict[str, str]:
        """Return the headers of a request, with a valid token if it has an account. Raises SignInFailed, OSError."""
        return request.headers(self._valid_tokens() if request.account else {}, serial)

    def _valid_tokens(self) -> dict[str, str]:
        with self._lock:
            if time.monotonic() - self._signed_in > RENEW_TOKENS_AFTER:
                self._tokens = _tokens(self.url, [STAFF, *self._sample.customers])
                self._signed_in = time.monotonic()
            return self._tokens


def open_shop(url: str, *, count: int, seed: int, with_stock: bool) -> Shop:
    """Draw a sample of the server's rows and sign the accounts in: see `draw_sample`. Raises SetupFailed."""
    with closing(Client(url)) as client:
        sample = draw_sample(client, count=count, seed=seed, with_stock=with_stock)
        return Shop(url, sample, client.tokens)


def _tokens(url: str, accounts: Iterable[str]) -> dict[str, str]:
    with closing(Client(url)) as client:
        client.sign_in(accounts)
        return client.tokens
