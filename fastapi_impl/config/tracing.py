"""Traces of OpenTelemetry, from a request to its task. Without TRACES_URL, its SDK is not even imported."""

import logging
import os

from fastapi_impl.config.settings import get_settings

EXPORT_SECONDS = 2.0


# --8<-- [start:start]
def start(url: str) -> None:
    """Send the spans of this process to the collector. Called in each process that makes spans, after a fork."""
    from opentelemetry import propagate, trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ParentBased
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    from fastapi_impl.config.spans import OnceAMinute, RequestsAndTasks, ScrubbingProcessor

    # By default, the instrumentations use the attributes of an older specification.
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    provider = TracerProvider(
        sampler=ParentBased(RequestsAndTasks()), resource=Resource.create({SERVICE_NAME: "shop-fastapi"})
    )
    # A thread sends what is in its queue, whose length is limited. A request never waits for the collector.
    provider.add_span_processor(ScrubbingProcessor(OTLPSpanExporter(url, timeout=EXPORT_SECONDS)))
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(TraceContextTextMapPropagator())  # without the baggage that a client can send
    logging.getLogger(OTLPSpanExporter.__module__).addFilter(OnceAMinute())
    # --8<-- [end:start]


# --8<-- [start:instrument]
def trace_server() -> None:
    """Trace the statements of this process. FastAPI itself traces the requests."""
    if not get_settings().traces_url:
        return
    from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor

    start(get_settings().traces_url)
    AsyncPGInstrumentor().instrument()  # type: ignore[no-untyped-call] # it has no annotations


def trace_worker() -> None:
    """Trace the tasks of this process, and their statements."""
    if not get_settings().traces_url:
        return
    from opentelemetry.instrumentation.celery import CeleryInstrumentor

    trace_server()
    CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call] # it has no annotations


def stop() -> None:
    """Send the spans that are left. uvicorn ends its processes by a signal, so functions of `atexit` do not run."""
    if get_settings().traces_url:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.trace import get_tracer_provider

        provider = get_tracer_provider()
        assert isinstance(provider, TracerProvider)  # noqa: S101 - for mypy
        provider.shutdown()
        # --8<-- [end:instrument]


# --8<-- [start:traceparent]
def current_traceparent() -> str:
    """Return the trace and the span of the current request, as in the header `traceparent`; empty if there is none."""
    if not get_settings().traces_url:
        return ""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")
    # --8<-- [end:traceparent]
