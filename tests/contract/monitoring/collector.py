"""A collector of OpenTelemetry that keeps the spans that it receives."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from harness.ports import LOOPBACK


@dataclass(frozen=True)
class Received:
    """A span of a service."""

    service: str
    span: Span

    @property
    def trace_id(self) -> str:
        """The id of its trace."""
        return self.span.trace_id.hex()

    @property
    def id(self) -> str:
        """Its id."""
        return self.span.span_id.hex()

    @property
    def parent(self) -> str:
        """The id of its parent."""
        return self.span.parent_span_id.hex()

    @property
    def attributes(self) -> dict[str, str]:
        """Its attributes, as text."""
        values = {each.key: each.value for each in self.span.attributes}
        return {name: value.string_value or str(value.int_value) for name, value in values.items()}


@dataclass
class Collector:
    """The spans that have arrived."""

    url: str
    received: list[Received] = field(default_factory=list)

    def trace(self, trace_id: str) -> list[Received]:
        """Return the spans of a trace."""
        return [each for each in self.received if each.trace_id == trace_id]


@contextmanager
def collector() -> Iterator[Collector]:
    """Run a collector until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                names = {each.key: each.value.string_value for each in resource.resource.attributes}
                spans = [span for scope in resource.scope_spans for span in scope.spans]
                collected.received.extend(Received(names["service.name"], span) for span in spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        collected = Collector(f"http://{LOOPBACK}:{server.server_address[1]}/v1/traces")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield collected
        finally:
            server.shutdown()
