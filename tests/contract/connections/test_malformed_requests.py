"""After bytes that are not HTTP the server closes the connection, and reads no request from what follows.

The text of its response is the server's own.
"""

import pytest

from harness.servers.server import RunningServer
from tests.contract.connections.raw_requests import CHUNKED, HOST_HEADER, LAST_OUTCOME, LAST_REQUEST, outcomes, request
from tests.contract.sockets import send_and_receive

pytestmark = pytest.mark.usefixtures("no_traceback")


GET = b"GET /healthz HTTP/1.1\r\n" + HOST_HEADER
POST = b"POST /api/auth/refresh HTTP/1.1\r\n" + HOST_HEADER + b"Content-Type: application/json\r\n"

MALFORMED_REQUESTS = {
    "length and chunks": POST + b"Content-Length: 5\r\n" + CHUNKED + b"0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": POST + b"Content-Length: 0, 0\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +1\r\n\r\nx",
    "a coding that is not chunked": POST + b"Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": POST.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\n" + CHUNKED + b"0\r\n\r\n",
    "a space after a name": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a space in a name": GET + b"X A: 1\r\n\r\n",
    "no name": GET + b": 1\r\n\r\n",
    "no colon": GET + b"abc\r\n\r\n",
    "a folded line": GET + b"X-A: 1\r\n 2\r\n\r\n",
    "lines that end in LF": (GET + b"\r\n").replace(b"\r\n", b"\n"),
    "NUL": GET + b"X-A: a\0b\r\n\r\n",
    "a control character": GET + b"X-A: a\x01b\r\n\r\n",
    "HTTP/2.0": GET.replace(b"1.1", b"2.0") + b"\r\n",
    "HTTP/0.9": GET.replace(b"1.1", b"0.9") + b"\r\n",
    "no version": b"GET /healthz\r\n\r\n",
    "no target": b"garbage\r\n\r\n",
    "a target without a slash": GET.replace(b"/healthz", b"healthz") + b"\r\n",
    "a space in the target": GET.replace(b"/healthz", b"/a b") + b"\r\n",
}
INVALID_CHUNKS = {
    "letters": b"zz\r\n",
    "a sign": b"-1\r\n",
    "too large a number": b"f" * 17 + b"\r\n",
    "no end of the chunk": b"1\r\nxx0\r\n\r\n",
    "LF": b"1\nx\n0\n\n",
}


@pytest.mark.parametrize("data", MALFORMED_REQUESTS.values(), ids=MALFORMED_REQUESTS)
def test_no_request_is_read_after_a_malformed_request(running: RunningServer, data: bytes) -> None:
    assert [response.status for response in send_and_receive(running.port, data + LAST_REQUEST)] == [400]


@pytest.mark.parametrize("chunks", INVALID_CHUNKS.values(), ids=INVALID_CHUNKS)
def test_no_request_is_read_after_invalid_chunks(running: RunningServer, chunks: bytes) -> None:
    head = POST + CHUNKED

    for segments in ([head + chunks + LAST_REQUEST], [head, chunks + LAST_REQUEST]):
        assert [response.status for response in send_and_receive(running.port, *segments)] == [400]


@pytest.mark.parametrize("trailer", [b"Content-Length: 3", b"Transfer-Encoding: chunked"])
def test_content_length_in_a_trailer_is_ignored(running: RunningServer, trailer: bytes) -> None:
    responses = send_and_receive(running.port, POST + CHUNKED + b"0\r\n" + trailer + b"\r\n\r\n" + LAST_REQUEST)

    # The body is empty. The bytes after it are rejected or read as a request, but not as a part of the body.
    assert outcomes(responses) in ([(400, None, "close")], [(400, "malformed_body", "keep-alive"), LAST_OUTCOME])


def test_invalid_chunks_after_a_response_add_no_second_response(running: RunningServer) -> None:
    head = b"GET /healthz HTTP/1.1\r\n" + HOST_HEADER + CHUNKED
    responses = send_and_receive(running.port, head, b"zz\r\n")

    assert responses[0].status in {200, 400}
    assert len(responses) == 1


def test_malformed_request_does_not_affect_the_previous_response(running: RunningServer) -> None:
    head, _ = request("/api/products?limit=1")
    responses = send_and_receive(running.port, head + b"garbage\r\n\r\n")

    assert [response.status for response in responses] in ([200], [200, 400])


@pytest.mark.parametrize(
    "data",
    [
        GET + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\n",
        GET + b"X-A: a\r\n" * 101 + b"\r\n",
        POST + CHUNKED + b"0\r\nX-A: " + b"a" * 2_000_000 + b"\r\n\r\n",
        POST + CHUNKED + b"0;" + b"a" * 2_000_000 + b"\r\n\r\n",
    ],
    ids=["a long header", "many headers", "a long trailer", "a long extension of a chunk"],
)
def test_oversized_headers_and_trailers_are_rejected(fastapi: RunningServer, data: bytes) -> None:
    assert [response.status for response in send_and_receive(fastapi.port, data)] in ([400], [])
