"""Send one request to both servers of `make up`, and show how the responses differ: `make diff`."""

import difflib
import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from harness.paths import BadSetting
from harness.ports import LOOPBACK

# These headers differ in any two responses.
_IGNORED_HEADERS = {"date", "server", "x-request-id"}
# The ASCII characters that a request target may contain. The others are percent-encoded, as browsers do.
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_TIMEOUT_SECONDS = 30


class ServerUnreachable(RuntimeError):
    """A server of `make up` does not respond."""


@dataclass(frozen=True)
class Request:
    """The request that both servers get. The content type of a body is JSON, unless a header sets another."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    body: str | None = None


@dataclass(frozen=True)
class Response:
    """The response of a server. Header names are in lower case and sorted, since case and order have no meaning."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def lines(self) -> list[str]:
        """Return the response as lines of text. A JSON body is indented."""
        return [f"HTTP {self.status}", *(f"{name}: {value}" for name, value in self.headers), "", *self._body_lines()]

    def comparable(self) -> "Response":
        """Return the response without the headers that always differ."""
        headers = [header for header in self.headers if header[0] not in _IGNORED_HEADERS]
        return Response(self.status, headers, self.body)

    def _body_lines(self) -> list[str]:
        try:
            return json.dumps(json.loads(self.body), indent=2, ensure_ascii=False).splitlines()
        except ValueError:
            return self.body.decode("utf-8", errors="backslashreplace").splitlines()


def send(name: str, port: int, request: Request) -> Response:
    """Send the request to the server on that port. Raises ServerUnreachable, and BadSetting for an invalid path."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_TIMEOUT_SECONDS)
    body = None if request.body is None else request.body.encode()
    # Without the port, so that both servers get the same header.
    headers = {"Host": LOOPBACK, **({} if body is None else {"Content-Type": "application/json"})}
    try:
        connection.request(request.method, quote(request.path, safe=_PRINTABLE), body, _merge(headers, request))
        response = connection.getresponse()
        received = sorted((key.lower(), value) for key, value in response.getheaders())
        return Response(response.status, received, response.read())
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, http.client.InvalidURL):
            raise BadSetting(str(error)) from error
        reason = str(error) or type(error).__name__
        raise ServerUnreachable(
            f"{name} does not respond on port {port} ({reason}): `make up` starts both servers."
        ) from error
    finally:
        connection.close()


def _merge(defaults: Mapping[str, str], request: Request) -> dict[str, str]:
    return {**defaults, **{name.title(): value for name, value in (request.headers or {}).items()}}


def differences(responses: Mapping[str, Response]) -> Iterator[str]:
    """Yield the lines of a unified diff of two responses without the ignored headers; none if they are equal."""
    (one, first), (other, second) = ((name, response.comparable()) for name, response in responses.items())
    yield from difflib.unified_diff(first.lines(), second.lines(), one, other, lineterm="")
    if first.lines() == second.lines() and first.body != second.body:
        yield "The bodies have equal values but different bytes:"
        yield from (f"{name}: {body!r}" for name, body in ((one, first.body), (other, second.body)))


def report(responses: Mapping[str, Response]) -> tuple[Sequence[str], bool]:
    """Return the lines to print about two responses, and whether the responses are equal."""
    lines = [line for name, response in responses.items() for line in (f"=== {name}", *response.lines(), "")]
    found = [*differences(responses)]
    verdict = found or [f"No difference, except in {', '.join(sorted(_IGNORED_HEADERS))}."]
    return [*lines, "=== difference", *verdict], not found
