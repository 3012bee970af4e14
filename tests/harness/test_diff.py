"""`make diff`: both servers' answers to a request, and in what they differ."""

import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from os import environ

import pytest

from harness.commands.diff import Answer, differences
from harness.paths import ROOT


@contextmanager
def server(headers: dict[str, str], body: bytes) -> Iterator[int]:
    """A server that answers every request so, with what it was asked in headers of its own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response_only(200)
            asked = {"Asked": f"{self.command} {self.path} {self.headers['Host']} {self.headers['X-Given']} {sent!r}"}
            for name, value in {**headers, **asked, "Content-Length": str(len(body))}.items():
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
    environment = {**environ, "DJANGO_PORT": str(ports[0]), "FASTAPI_PORT": str(ports[1]), **variables}
    command = [sys.executable, "-m", "harness", "diff", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture
def alike() -> Iterator[tuple[int, int]]:
    """Two servers that differ in what is each one's own, in the case of names and in their order."""
    with ExitStack() as stack:
        yield (
            stack.enter_context(server({"Server": "one", "Date": "1", "ETag": "x", "Vary": "Accept"}, b'{"a":1}')),
            stack.enter_context(server({"vary": "Accept", "etag": "x", "X-Request-Id": "2"}, b'{"a":1}')),
        )


def test_answers_that_are_alike_are_shown_and_end_with_0(alike: tuple[int, int]) -> None:
    done = diff(alike, "/api/products?limit=2&search=größe")
    assert done.returncode == 0, done.stderr
    assert "=== django\nHTTP 200\n" in done.stdout
    assert "asked: GET /api/products?limit=2&search=gr%C3%B6%C3%9Fe 127.0.0.1 None b''\n" in done.stdout
    assert '\n{\n  "a": 1\n}\n' in done.stdout
    assert done.stdout.endswith("=== difference\nNo difference, but in date, server, x-request-id.\n")


def test_a_request_may_have_a_method_headers_and_a_body(alike: tuple[int, int]) -> None:
    done = diff(alike, "-H", "X-Given: a: b", "-d", "{}", URL_PATH="/a")
    assert "asked: POST /a 127.0.0.1 a: b b'{}'\n" in done.stdout


def test_answers_that_differ_end_with_1_and_their_difference() -> None:
    with server({"Vary": "Accept"}, b'{"a": 1}') as one, server({"Vary": "Origin"}, b'{"a": 2}') as other:
        done = diff((one, other), "/")
    assert done.returncode == 1
    shown = done.stdout.partition("=== difference\n")[2].splitlines()
    assert [line for line in shown if line[:1] in "+-"] == [
        *("--- django", "+++ fastapi"),
        *("-vary: Accept", "+vary: Origin", '-  "a": 1', '+  "a": 2'),
    ]


def test_bodies_of_the_same_values_and_other_bytes_differ() -> None:
    answers = {"one": Answer(200, [], b'{"a":1}'), "other": Answer(200, [], b'{"a": 1}')}
    assert [*differences(answers)][1:] == ["one: b'{\"a\":1}'", "other: b'{\"a\": 1}'"]


def test_a_server_that_does_not_run_is_named_in_one_line() -> None:
    with socket.socket() as one, socket.socket() as other:
        for held in (one, other):  # bound, and never listening: nothing answers there
            held.bind(("127.0.0.1", 0))
        done = diff((one.getsockname()[1], other.getsockname()[1]), "/")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("django does not answer on port ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("path", ["api/products", ""])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    done = diff((1, 2), URL_PATH=path)
    assert done.returncode == 2
    assert "URL_PATH" in done.stderr
