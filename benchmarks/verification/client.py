"""An HTTP client for requests that are not measured: sign-in and verification."""

import http.client
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.scenarios.dialects import OF_CONTRACT, Dialect
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import PASSWORD, STAFF, STAFF_PASSWORD

TIMEOUT = 30.0


class SignInFailed(RuntimeError):
    """The server rejected the sign-in of a demo account."""


@dataclass(frozen=True)
class Response:
    """A response. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: str


class Client:
    """A client with one persistent connection. `tokens` has the access tokens of the accounts that have signed in."""

    def __init__(self, url: str, dialect: Dialect = OF_CONTRACT) -> None:
        """`url` is the server's address, http or https. A path in it precedes the path of each request."""
        parts = urlsplit(url)
        connection = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = connection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        self._prefix = parts.path.rstrip("/")
        self.url, self.dialect = url, dialect
        self.tokens: dict[str, str] = {}

    def send(self, request: Request, serial: str = "") -> Response:
        """Send a request with this serial number and read the response. Raises OSError, HTTPException."""
        payload = request.payload(serial)
        self._connection.request(
            request.method,
            self._prefix + request.path,
            payload and payload.encode(),
            request.headers(self.tokens, serial),
        )
        response = self._connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Response(response.status, headers, response.read().decode())

    def sign_in(self, accounts: Iterable[str]) -> None:
        """Get an access token for each account. Raises SignInFailed."""
        for email in sorted(accounts):
            password = STAFF_PASSWORD if email == STAFF else PASSWORD
            response = self.send(self.dialect.sign_in(email, password).request)
            if response.status != 200:
                raise SignInFailed(f"{email} cannot sign in: {response.status} {response.body[:200]}")
            self.tokens[email] = self.dialect.access_token(response.body)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def client(port: int, dialect: Dialect = OF_CONTRACT) -> Iterator[Client]:
    """Yield a client of the server at this port of this machine, with this dialect, and close it at the end."""
    opened = Client(f"http://127.0.0.1:{port}", dialect)
    try:
        yield opened
    finally:
        opened.close()
