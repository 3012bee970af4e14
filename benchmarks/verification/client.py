"""A plain HTTP client for requests that are not measured: sign-in and verification."""

import http.client
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import PASSWORD, STAFF, STAFF_PASSWORD

TIMEOUT = 30.0


class SignInFailed(RuntimeError):
    """A demo account was refused."""


@dataclass(frozen=True)
class Answer:
    """A response. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: str


class Client:
    """One kept-alive connection to an implementation."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.tokens: dict[str, str] = {}

    def ask(self, request: Request, serial: str = "") -> Answer:
        """Send a request and read its response. Raises OSError, HTTPException."""
        payload = request.payload(serial)
        self._connection.request(
            request.method, request.path, payload and payload.encode(), request.headers(self.tokens, serial)
        )
        response = self._connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read().decode())

    def sign_in(self, accounts: Iterable[str]) -> None:
        """Get an access token for each account. Raises SignInFailed."""
        for email in sorted(accounts):
            password = STAFF_PASSWORD if email == STAFF else PASSWORD
            form = urlencode({"username": email, "password": password})
            answer = self.ask(Request("POST", "/api/auth/login", form, "application/x-www-form-urlencoded"))
            if answer.status != 200:
                raise SignInFailed(f"{email} cannot sign in: {answer.status} {answer.body[:200]}")
            self.tokens[email] = json.loads(answer.body)["access_token"]

    def close(self) -> None:
        self._connection.close()


@contextmanager
def client(port: int) -> Iterator[Client]:
    """A client, closed at the end."""
    opened = Client(port)
    try:
        yield opened
    finally:
        opened.close()
