"""Traces of OpenTelemetry, from a request to its task. Without TRACES_URL, its SDK is not even imported."""

import logging
import os

from django.conf import settings

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

    from django_impl.config.spans import OnceAMinute, RequestsAndTasks, ScrubbingProcessor

    # By default, the instrumentations use the attributes of an older specification.
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    provider = TracerProvider(
        sampler=ParentBased(RequestsAndTasks()), resource=Resource.create({SERVICE_NAME: "shop-django"})
    )
    # A thread sends what is in its queue, whose length is limited. A request never waits for the collector.
    provider.add_span_processor(ScrubbingProcessor(OTLPSpanExporter(url, timeout=EXPORT_SECONDS)))
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(TraceContextTextMapPropagator())  # without the baggage that a client can send
    logging.getLogger(OTLPSpanExporter.__module__).addFilter(OnceAMinute())
    # --8<-- [end:start]


# --8<-- [start:instrument]
def trace_server() -> None:
    """Trace the requests of this process, and their statements."""
    if not settings.TRACES_URL:
        return
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor

    from django_impl.common.http.request_log import name_span

    start(settings.TRACES_URL)
    # Inside the middleware that rejects unknown hosts: that of the instrumentation reads the host.
    position = settings.MIDDLEWARE.index("django_impl.common.http.middleware.ContractMiddleware") + 1
    DjangoInstrumentor().instrument(middleware_position=position, response_hook=name_span)
    Psycopg2Instrumentor().instrument()


def trace_worker() -> None:
    """Trace the tasks of this process, and their statements."""
    if not settings.TRACES_URL:
        return
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor

    start(settings.TRACES_URL)
    CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call] # it has no annotations
    Psycopg2Instrumentor().instrument()
    # --8<-- [end:instrument]


# --8<-- [start:traceparent]
def current_traceparent() -> str:
    """Return the trace and the span of the current request, as in the header `traceparent`; empty if there is none."""
    if not settings.TRACES_URL:
        return ""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")
    # --8<-- [end:traceparent]
