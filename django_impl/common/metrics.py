"""The metrics of this server, for Prometheus."""

from collections.abc import Iterable, Mapping
from functools import cache

from django.conf import settings

from django_impl.config import metrics_directory
from django_impl.contract import METRICS


# --8<-- [start:metrics]
class Metrics:
    """The counters of this process. Those of all processes of the server are added up when they are read."""

    def __init__(self) -> None:
        metrics_directory.prepare(settings.METRICS_DIRECTORY)
        # Only now, because it reads the name of the directory when it is imported.
        from prometheus_client import Counter, Gauge, Histogram

        self.requests = Counter("shop_http_requests_total", "Requests.", ["method", "route", "status"])
        self.duration = Histogram(
            "shop_http_request_duration_seconds",
            "Seconds until the response.",
            ["route"],
            buckets=METRICS["duration_buckets"],
        )
        self.statements = Counter("shop_database_statements_total", "SQL statements of requests.", ["route"])
        self.sockets = Gauge("shop_websocket_connections", "Open WebSockets.", multiprocess_mode="livesum")

    def observe(self, *, method: str | None, route: str | None, status: int, seconds: float, statements: int) -> None:
        """Count a request. Only known values become labels, because each new value needs memory."""
        method = method if method in METRICS["methods"] else "other"
        route = route or "unmatched"
        self.requests.labels(method, route, status).inc()
        self.duration.labels(route).observe(seconds)
        self.statements.labels(route).inc(statements)


@cache
def get_metrics() -> Metrics | None:
    """Return the metrics of this process, or None if METRICS_ALLOWED is empty."""
    return Metrics() if settings.METRICS_ALLOWED else None
    # --8<-- [end:metrics]


# --8<-- [start:sockets]
def socket_opened() -> None:
    """Count a WebSocket that was opened."""
    if metrics := get_metrics():
        metrics.sockets.inc()


def socket_closed() -> None:
    """Count a WebSocket that was closed."""
    if metrics := get_metrics():
        metrics.sockets.dec()
        # --8<-- [end:sockets]


# --8<-- [start:exposition]
def exposition(gauges: Mapping[str, float]) -> tuple[bytes, str]:
    """Return the metrics of all processes and these gauges, in the format of Prometheus, and its media type."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.metrics_core import GaugeMetricFamily
    from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
    from prometheus_client.registry import Collector

    class AtScrape(Collector):
        def collect(self) -> Iterable[GaugeMetricFamily]:
            return [GaugeMetricFamily(name, METRICS["at_scrape"][name], value) for name, value in gauges.items()]

    for pid in metrics_directory.ended_processes():
        mark_process_dead(pid)  # type: ignore[no-untyped-call] # it has no annotations
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # it has no annotations
    registry.register(AtScrape())
    return generate_latest(registry), CONTENT_TYPE_LATEST
    # --8<-- [end:exposition]
