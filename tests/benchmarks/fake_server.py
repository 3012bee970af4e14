"""An HTTP server whose responses the test defines."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# (method, path, body) -> (status, body)
type Respond = Callable[[str, str, str], tuple[int, str]]


def any_product(_method: str, path: str, _body: str) -> tuple[int, str]:
    """Return a product for any path."""
    return 200, json.dumps({"slug": path.rpartition("/")[2]}, separators=(",", ":"))


@contextmanager
def fake_server(respond: Respond, headers: Mapping[str, str] | None = None) -> Iterator[int]:
    """Start a server and yield its port. `headers` are added to each response, or replace those of the same name."""
    own_headers = {"Content-Type": "application/json", **(headers or {})}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body are sent separately. With Nagle's algorithm each response would wait for a delayed ACK.
        disable_nagle_algorithm = True

        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, text = respond(self.command, self.path, body)
            self.send_response(status)
            for name, value in own_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = _respond  # noqa: N815 - the names that the base class calls

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
