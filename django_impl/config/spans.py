"""Which spans are made, and what they contain. Imported only if there is a TRACES_URL."""

import logging
import time
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import SpanKind, Status

from django_impl.contract import TRACES

LOG_SECONDS = 60.0
ATTRIBUTES = frozenset(TRACES["attributes"])


# --8<-- [start:scrub]
class ScrubbingProcessor(BatchSpanProcessor):
    """Removes what can contain secrets or personal data: queries, and the messages and tracebacks of errors."""

    def on_end(self, span: ReadableSpan) -> None:
        """Put a copy of the span into the queue."""
        super().on_end(
            ReadableSpan(
                name=span.name,
                context=span.context,
                parent=span.parent,
                resource=span.resource,
                attributes={name: value for name, value in (span.attributes or {}).items() if name in ATTRIBUTES},
                kind=span.kind,
                status=Status(span.status.status_code),
                start_time=span.start_time,
                end_time=span.end_time,
                instrumentation_scope=span.instrumentation_scope,
            )
        )
        # --8<-- [end:scrub]


# --8<-- [start:sampler]
class RequestsAndTasks(Sampler):
    """Begins a trace only for a request or a task: not for the statements with which a process looks for work."""

    def should_sample(
        self,
        parent_context: Any,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Any = None,
        links: Any = None,
        trace_state: Any = None,
    ) -> SamplingResult:
        """Return whether the span is recorded."""
        begins = kind in {SpanKind.SERVER, SpanKind.CONSUMER}
        return SamplingResult(Decision.RECORD_AND_SAMPLE if begins else Decision.DROP, attributes, trace_state)

    def get_description(self) -> str:
        """Return the name of the sampler."""
        return type(self).__name__
        # --8<-- [end:sampler]


class OnceAMinute(logging.Filter):
    """Lets one line a minute pass. Without a collector, each batch of spans would write some."""

    passed_at = float("-inf")

    def filter(self, _record: logging.LogRecord) -> bool:
        """Return whether the line is written."""
        now = time.monotonic()
        if now - self.passed_at < LOG_SECONDS:
            return False
        self.passed_at = now
        return True
