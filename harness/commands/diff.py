"""Send one request to both servers of `make up`, and show both answers and in what they differ."""

import difflib
import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from harness.paths import BadSetting
from harness.ports import LOOPBACK

# Each server's own, in every answer.
_OWN = {"date", "server", "x-request-id"}
# All of ASCII that may stand in the target of a request; the rest is percent-encoded, as browsers do.
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_PATIENCE = 30


class NotServing(RuntimeError):
    """A server of `make up` cannot be reached."""


@dataclass(frozen=True)
class Request:
    """What both are asked. The body is sent as JSON unless a header says otherwise."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    body: str | None = None


@dataclass(frozen=True)
class Answer:
    """What one server answered: header names in lower case, sorted, as neither case nor order has a meaning."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def lines(self) -> list[str]:
        """The answer as text, line by line; JSON is set out."""
        return [f"HTTP {self.status}", *(f"{name}: {value}" for name, value in self.headers), "", *self._body_lines()]

    def common(self) -> "Answer":
        """The answer without what is each server's own."""
        return Answer(self.status, [header for header in self.headers if header[0] not in _OWN], self.body)

    def _body_lines(self) -> list[str]:
        try:
            return json.dumps(json.loads(self.body), indent=2, ensure_ascii=False).splitlines()
        except ValueError:
            return self.body.decode("utf-8", errors="backslashreplace").splitlines()


def ask(name: str, port: int, request: Request) -> Answer:
    """The answer of the server on that port. Raises NotServing, BadSetting."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_PATIENCE)
    body = None if request.body is None else request.body.encode()
    # The same for both: a host with its port in it would be a difference.
    headers = {"Host": LOOPBACK, **({} if body is None else {"Content-Type": "application/json"})}
    try:
        connection.request(request.method, quote(request.path, safe=_PRINTABLE), body, _merged(headers, request))
        answer = connection.getresponse()
        received = sorted((key.lower(), value) for key, value in answer.getheaders())
        return Answer(answer.status, received, answer.read())
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, http.client.InvalidURL):
            raise BadSetting(str(error)) from error
        reason = str(error) or type(error).__name__
        raise NotServing(f"{name} does not answer on port {port} ({reason}): `make up` starts both servers.") from error
    finally:
        connection.close()


def _merged(headers: Mapping[str, str], request: Request) -> dict[str, str]:
    given = {name.title(): value for name, value in (request.headers or {}).items()}
    return {**headers, **given}


def differences(answers: Mapping[str, Answer]) -> Iterator[str]:
    """Lines of a unified diff of two answers, apart from what is each server's own; none when they are alike."""
    (one, first), (other, second) = ((name, answer.common()) for name, answer in answers.items())
    yield from difflib.unified_diff(first.lines(), second.lines(), one, other, lineterm="")
    if first.lines() == second.lines() and first.body != second.body:
        yield "The bodies have the same values, and are not the same bytes:"
        yield from (f"{name}: {body!r}" for name, body in ((one, first.body), (other, second.body)))


def report(answers: Mapping[str, Answer]) -> tuple[Sequence[str], bool]:
    """What to print of two answers, and whether they are alike."""
    lines = [line for name, answer in answers.items() for line in (f"=== {name}", *answer.lines(), "")]
    found = [*differences(answers)]
    verdict = found or [f"No difference, but in {', '.join(sorted(_OWN))}."]
    return [*lines, "=== difference", *verdict], not found
