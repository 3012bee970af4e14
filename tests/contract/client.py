"""An HTTP client that validates every response against openapi.yaml before it returns it to the test."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Barrier
from typing import Any

import httpx

from tests.contract.document import Operation, operation_at, template_of
from tests.contract.observed import observe
from tests.contract.validation import violations
from tests.pictures import picture

CHUNK_BYTES = 65_536

type Json = Any
type Headers = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Account:
    """A user with its password in plain text and an access token."""

    id: str
    email: str
    password: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class Client:
    """An HTTP client of one implementation, authenticated as `account` if there is one."""

    implementation: str
    http: httpx.Client = field(repr=False)
    account: Account | None = None

    def as_(self, account: Account | None) -> "Client":
        """Return a client of the same implementation for another account."""
        return replace(self, account=account)

    def request(self, method: str, path: str | httpx.URL, *, headers: Headers = (), **options: Any) -> httpx.Response:
        """Send a request and return the response. Fail if the contract does not allow the response."""
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        if self.account and "authorization" not in {name.lower() for name, _ in pairs}:
            pairs.append(("Authorization", f"Bearer {self.account.token}"))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in pairs]
        response = self.http.request(method, path, headers=encoded, **options)
        check(self.implementation, response)
        return response

    def perform(self, operation: Operation, **options: Any) -> httpx.Response:
        """Send the example request of an operation in openapi.yaml; options replace parts of it."""
        if operation.media_type and not {"content", "json", "data"} & set(options):
            options |= body_options(operation, operation.example_body)
        return self.request(operation.method, operation.example_path, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, json: Json = None, **options: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **options)

    def patch(self, path: str, json: Json = None, **options: Any) -> httpx.Response:
        return self.request("PATCH", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", path, **options)

    def pages(self, path: str, **params: Any) -> list[Json]:
        """Return the items of all pages, in order."""
        items: list[Json] = []
        cursors: list[str] = []
        while True:
            page = self.get(path, params=params).json()
            items += page["items"]
            if page["next"] is None:
                return items
            assert page["next"] not in cursors, (
                f"{self.implementation}: {path} returned a cursor that it had already returned"
            )
            cursors.append(page["next"])
            params["cursor"] = page["next"]


def body_options(operation: Operation, body: Json) -> dict[str, Any]:
    """Return the body as an option of httpx, in the media type of the operation. A file is always the same image."""
    if operation.takes_file:
        return {"files": {name: ("example.png", picture({})) for name in body}}
    return {"json" if operation.takes_json else "data": body}


def in_chunks(body: bytes) -> Iterator[bytes]:
    """Yield the body in pieces, which httpx sends with `Transfer-Encoding: chunked`."""
    for start in range(0, len(body), CHUNK_BYTES):
        yield body[start : start + CHUNK_BYTES]


def check(implementation: str, response: httpx.Response) -> None:
    """Fail if the contract does not allow the response. Record the operation and the status as observed."""
    request = response.request
    errors = violations(response)
    assert not errors, (
        f"{implementation}: {request.method} {request.url} returned {response.status_code}\n  "
        + "\n  ".join([*errors, response.text[:1000]])
    )
    template = template_of(request.url.path)
    operation = operation_at(request.method, template) if template else None
    if operation and request.method != "HEAD":
        observe(implementation, operation.id, response.status_code)


def status_and_code(response: httpx.Response) -> tuple[int, str]:
    """Return the status and the problem code of an error response."""
    return response.status_code, response.json()["code"]


def field_errors(response: httpx.Response) -> list[tuple[str, str, str]]:
    """Return the location, the pointer and the code of every field error of a 422 response."""
    assert response.status_code == 422, response.text
    return [(error["in"], error["pointer"], error["code"]) for error in response.json()["errors"]]


def send_concurrently(calls: Sequence[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """Send requests concurrently, one thread each, and return the responses in the order of the calls."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], httpx.Response]) -> httpx.Response:
        barrier.wait(timeout=60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def statuses(responses: Sequence[httpx.Response]) -> list[int]:
    """Return the status codes, sorted."""
    return sorted(response.status_code for response in responses)
