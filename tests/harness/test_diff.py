"""`make diff` prints the responses of both servers and how they differ."""

import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from os import environ

import pytest

from harness.commands.diff import Response, differences
from harness.paths import ROOT


@contextmanager
def server(headers: dict[str, str], body: bytes) -> Iterator[int]:
    """Run a server that sends this response to each request, with a description of the request in a header."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response_only(200)
            received = {
                "Received": f"{self.command} {self.path} {self.headers['Host']} {self.headers['X-Given']} {sent!r}"
            }
            for name, value in {**headers, **received, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running.server_port
        running.shutdown()


def diff(ports: tuple[int, int], *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command against the two ports."""
    environment = {**environ, "DJANGO_PORT": str(ports[0]), "FASTAPI_PORT": str(ports[1]), **variables}
    command = [sys.executable, "-m", "harness", "diff", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture
def equal_servers() -> Iterator[tuple[int, int]]:
    """The ports of two servers whose responses differ only in ignored headers, and in the order and case of headers."""
    with ExitStack() as stack:
        yield (
            stack.enter_context(server({"Server": "one", "Date": "1", "ETag": "x", "Vary": "Accept"}, b'{"a":1}')),
            stack.enter_context(server({"vary": "Accept", "etag": "x", "X-Request-Id": "2"}, b'{"a":1}')),
        )


def test_equal_responses_are_printed_and_exit_with_0(equal_servers: tuple[int, int]) -> None:
    result = diff(equal_servers, "/api/products?limit=2&search=größe")
    assert result.returncode == 0, result.stderr
    assert "=== django\nHTTP 200\n" in result.stdout
    assert "received: GET /api/products?limit=2&search=gr%C3%B6%C3%9Fe 127.0.0.1 None b''\n" in result.stdout
    assert '\n{\n  "a": 1\n}\n' in result.stdout
    assert result.stdout.endswith("=== difference\nNo difference, except in date, server, x-request-id.\n")


def test_request_has_the_given_method_headers_and_body(equal_servers: tuple[int, int]) -> None:
    result = diff(equal_servers, "-H", "X-Given: a: b", "-d", "{}", URL_PATH="/a")
    assert "received: POST /a 127.0.0.1 a: b b'{}'\n" in result.stdout


def test_different_responses_exit_with_1_and_print_a_diff() -> None:
    with server({"Vary": "Accept"}, b'{"a": 1}') as one, server({"Vary": "Origin"}, b'{"a": 2}') as other:
        result = diff((one, other), "/")
    assert result.returncode == 1
    printed = result.stdout.partition("=== difference\n")[2].splitlines()
    assert [line for line in printed if line[:1] in "+-"] == [
        *("--- django", "+++ fastapi"),
        *("-vary: Accept", "+vary: Origin", '-  "a": 1', '+  "a": 2'),
    ]


def test_equal_values_with_different_bytes_are_reported() -> None:
    responses = {"one": Response(200, [], b'{"a":1}'), "other": Response(200, [], b'{"a": 1}')}
    assert [*differences(responses)][1:] == ["one: b'{\"a\":1}'", "other: b'{\"a\": 1}'"]


def test_unreachable_server_is_reported_in_one_line() -> None:
    with socket.socket() as one, socket.socket() as other:
        for bound in (one, other):  # bound and not listening, so that connections are refused
            bound.bind(("127.0.0.1", 0))
        result = diff((one.getsockname()[1], other.getsockname()[1]), "/")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("django does not respond on port ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("path", ["api/products", ""])
def test_path_without_a_leading_slash_is_rejected(path: str) -> None:
    result = diff((1, 2), URL_PATH=path)
    assert result.returncode == 2
    assert "URL_PATH" in result.stderr
