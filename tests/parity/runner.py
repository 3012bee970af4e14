"""Send the requests of a case to a server, and compare the responses with the expected ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.contract_lint import Node
from tests.parity.cases import Case
from tests.parity.expectations import differences
from tests.parity.expressions import Evaluator
from tests.parity.http_client import RawResponse, send
from tests.parity.raw_requests import RawRequest, build_request
from tests.parity.seed_data import ACCOUNTS, NAMES, SeededDatabase

IMAGE = re.compile(rb'"image":"(/media/[^"]+)"')
NOT_COMPARED = {"date", "server", "x-request-id"}


@dataclass(frozen=True)
class CaseResult:
    """The response to the main request of a case, and all differences from the expected responses."""

    response: RawResponse
    differences: list[str]


def run_case(case: Case, port: int, database: SeededDatabase, evaluator: type[Evaluator] = Evaluator) -> CaseResult:
    """Restore the seed data, and send a case to the server on this port, which uses the database.

    The evaluator makes tokens that the server accepts.
    """
    database.restore()
    session = Session(port, database, evaluator)
    earlier = [session.send(step)[1] for step in case.before]
    request, response = session.send(case.main)
    found = [
        *_differences_before(case, earlier),
        *differences(case.main, request, response, session.names),
        *_differences_from_first(case, response, earlier),
    ]
    for number, step in enumerate(case.after, 1):
        sent, received = session.send(step)
        found += [f"after {number}: {difference}" for difference in differences(step, sent, received, session.names)]
    return CaseResult(response, found)


@dataclass
class Session:
    """Sends the requests of one case to one server, and keeps the values of the names between them."""

    port: int
    database: SeededDatabase
    evaluator: type[Evaluator] = Evaluator
    names: dict[str, str] = field(default_factory=lambda: dict(NAMES))

    def send(self, step: Node) -> tuple[RawRequest, RawResponse]:
        """Send one request.

        `<last>` becomes the Location of its response, `<image>` the path of the image in it, and `<previous_image>` the
        value of `<image>` before.
        """
        request = build_request(step, self.evaluator(self.names, ACCOUNTS), f"127.0.0.1:{self.port}")
        response = send(request, self.port)
        self.database.record_request(request.method, response.status)
        self.names["last"] = response.header("Location") or self.names.get("last", "")
        if found := IMAGE.search(response.content):
            path = found[1].decode()
            self.names |= {
                "previous_image": self.names.get("image", ""),
                "image": path,
                "image_file": path.rpartition("/")[2],
            }
        return request, response


def _differences_before(case: Case, responses: list[RawResponse]) -> Iterator[str]:
    """Check the status of the requests before the main request."""
    for step, response in zip(case.content.get("before", []), responses, strict=True):
        is_expected = (
            response.status == step["status"] if "status" in step else "problem" in step or response.status < 300
        )
        if not is_expected or response.error:
            yield f"before: status {response.status} {response.error} {response.content.decode(errors='replace')[:300]}"


def _differences_from_first(case: Case, response: RawResponse, earlier: list[RawResponse]) -> Iterator[str]:
    """Compare the response with the first one of `before`, if the case has `like_before`."""
    compared = case.content.get("like_before")
    if compared and _headers(response) != _headers(earlier[0]):
        yield f"headers {_headers(response)}, before {_headers(earlier[0])}"
    if compared == "whole" and response.content != earlier[0].content:
        yield f"body {response.content.decode()}, before {earlier[0].content.decode()}"


def _headers(response: RawResponse) -> list[tuple[str, str]]:
    return sorted((name.lower(), value) for name, value in response.headers if name.lower() not in NOT_COMPARED)
