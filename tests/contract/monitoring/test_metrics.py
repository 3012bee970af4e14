"""/metrics has the same metrics on both implementations, for the allowed addresses alone."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import Budget, Implementation, serve
from tests.contract.client import Client, send_concurrently
from tests.contract.document import SETTINGS
from tests.contract.monitoring.conftest import PROMETHEUS, PROXY, WORKERS, Monitored
from tests.contract.shop import new_account, rows
from tests.harness.processes import eventually

METRICS = SETTINGS["metrics"]
REQUESTS, DURATION, STATEMENTS = (
    "shop_http_requests_total",
    "shop_http_request_duration_seconds",
    "shop_database_statements_total",
)
ONLY_FASTAPI = {"shop_database_pool_in_use"}  # Django has a connection for each thread, and no pool

type Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(server: Monitored) -> Samples:
    """Return the samples of a server, by name and labels."""
    response = server.client.http.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    """Return the value of a sample, or 0 without one."""
    return samples.get((name, tuple(sorted(labels.items()))), 0.0)


def names_and_labels(samples: Samples) -> set[tuple[str, tuple[str, ...]]]:
    """Return the names with their labels."""
    return {(name, tuple(label for label, _ in labels)) for name, labels in samples}


def test_both_implementations_have_the_metrics_of_the_contract(both: list[Monitored]) -> None:
    for server in both:
        server.client.get("/api/products")
    django, fastapi = (names_and_labels(read(server)) for server in both)
    expected = {(name, ()) for name in METRICS["at_scrape"]}
    for name, labels in METRICS["labels"].items():
        if name == DURATION:
            expected |= {(f"{name}_{part}", tuple(labels)) for part in ("sum", "count")}
            expected.add((f"{name}_bucket", ("le", *labels)))
        else:
            expected.add((name, tuple(sorted(labels))))

    assert fastapi == expected
    assert django == {(name, labels) for name, labels in expected if name not in ONLY_FASTAPI}


def test_requests_of_all_processes_are_counted(monitored: Monitored, sql: Connection) -> None:
    client = monitored.client.as_(new_account(sql))
    send_concurrently([partial(client.get, "/api/orders")] * 20)
    before = read(monitored)
    send_concurrently([partial(client.get, "/api/orders")] * 20)
    client.get("/nowhere-1")
    client.get("/nowhere-2")
    client.http.request("PROPFIND", "/api/orders")

    def increase(name: str, **labels: str) -> float:
        return value(read(monitored), name, **labels) - value(before, name, **labels)

    assert eventually(lambda: increase(REQUESTS, method="GET", route="/api/orders", status="200") == 20)
    assert eventually(lambda: increase(REQUESTS, method="GET", route="unmatched", status="404") == 2)
    assert eventually(lambda: increase(REQUESTS, method="other", route="/api/orders", status="405") == 1)
    assert increase(f"{DURATION}_count", route="/api/orders") == 21
    assert increase(f"{DURATION}_bucket", route="/api/orders", le="+Inf") == 21
    assert increase(STATEMENTS, route="/api/orders") >= 40
    labels = {value for _, pairs in read(monitored) for _, value in pairs}
    assert not [label for label in labels if "nowhere" in label or label == "PROPFIND"]


def test_processes_have_their_metrics_before_their_first_request(
    implementation: Implementation, database_url: str, tmp_path: Path
) -> None:
    environment = {"METRICS_ALLOWED": "127.0.0.1", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    with serve(implementation, database_url, budget=Budget(workers=4), environment=environment):
        # Few processes have a request: one asks again and again whether the server is ready.
        assert eventually(lambda: len([*tmp_path.glob("*/gauge_livesum_*.db")]) == 4)


OPEN_SOCKETS = """
import signal, sys
from prometheus_client import Gauge

Gauge("shop_websocket_connections", "", multiprocess_mode="livesum").inc(3)
print("ready", flush=True)
signal.pause()
"""


def test_killed_process_counts_in_no_gauge(monitored: Monitored) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(monitored.metrics_directory)}
    process = subprocess.Popen([sys.executable, "-c", OPEN_SOCKETS], env=environment, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        while_running = value(read(monitored), "shop_websocket_connections")
        process.kill()

    assert (while_running, value(read(monitored), "shop_websocket_connections")) == (3, 0)


def test_requests_of_a_killed_worker_stay_counted(monitored: Monitored, sql: Connection) -> None:
    client = monitored.client.as_(new_account(sql))
    send_concurrently([partial(client.get, "/api/orders")] * 20)
    before = value(read(monitored), REQUESTS, method="GET", route="/api/orders", status="200")
    worker = monitored.running.workers()[0]
    worker.kill()
    assert eventually(lambda: len([each for each in monitored.running.workers() if each.pid != worker.pid]) == WORKERS)
    client.http.get("/healthz")

    assert value(read(monitored), REQUESTS, method="GET", route="/api/orders", status="200") >= before >= 20
    assert not [*monitored.metrics_directory.glob(f"gauge_live*_{worker.pid}.db")]


def test_directory_of_the_metrics_is_deleted_with_its_server(
    database_url: str, tmp_path: Path, implementation: Implementation
) -> None:
    environment = {"METRICS_ALLOWED": "127.0.0.1", "TMPDIR": str(tmp_path)}
    with serve(implementation, database_url, environment=environment):
        assert len([*tmp_path.glob("shop-*")]) == 1

    assert [*tmp_path.glob("shop-*")] == []


def test_server_begins_with_empty_metrics_and_deletes_those_of_a_killed_one(
    database_url: str, tmp_path: Path, implementation: Implementation
) -> None:
    environment = {"METRICS_ALLOWED": "127.0.0.1", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    with serve(implementation, database_url, environment=environment) as running:
        (first,) = tmp_path.iterdir()
        for process in running.processes():
            process.kill()
        running.wait_for_end(60)
    assert first.exists()
    with serve(implementation, database_url, environment=environment) as running:
        (second,) = tmp_path.iterdir()
        text = httpx.get(f"{running.url}/metrics", trust_env=False).text

    assert second != first
    assert "/api/" not in text


def test_state_of_tasks_is_read_from_the_database(monitored: Monitored, sql: Connection) -> None:
    insert = (
        "INSERT INTO outbox (type, data, is_public, next_attempt_at, failed_at, attempts, error) VALUES"
        " ('order.created', '{}', false, now() - interval '1 hour', NULL, 0, ''),"
        " ('order.created', '{}', false, now() + interval '1 hour', NULL, 1, ''),"
        " ('order.created', '{}', false, NULL, now(), 4, 'an error') RETURNING id"
    )
    rows(sql, insert)
    samples = read(monitored)

    assert value(samples, "shop_outbox_open_tasks") == 2
    assert value(samples, "shop_outbox_failed_tasks") == 1
    assert 3600 <= value(samples, "shop_outbox_lag_seconds") < 7200


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "status"),
    [
        ("127.0.0.1", None, 200),
        ("127.0.0.3", None, 404),
        # A proxy that is not trusted does not lend its address.
        ("127.0.0.1", PROMETHEUS, 404),
        ("127.0.0.1", "", 200),
        (PROXY, PROMETHEUS, 200),
        (PROXY, f"{PROMETHEUS}, 192.0.2.1", 404),
        (PROXY, "192.0.2.1", 404),
        (PROXY, "unknown", 404),
        (PROXY, f"{PROMETHEUS}:4711, {PROXY}", 404),
    ],
)
def test_only_allowed_addresses_read_metrics(
    monitored: Monitored, peer: str, forwarded_for: str | None, status: int
) -> None:
    headers = {} if forwarded_for is None else {"X-Forwarded-For": forwarded_for}
    transport = httpx.HTTPTransport(local_address=peer)
    with httpx.Client(base_url=monitored.running.url, transport=transport, headers=headers) as http:
        responses = [http.request(method, "/metrics") for method in ("GET", "HEAD", "POST", "OPTIONS")]
        missing = http.get("/nothing")

    if status == 200:
        assert [response.status_code for response in responses] == [200, 200, 405, 204]
    else:
        assert {response.status_code for response in responses} == {404}
        assert responses[0].content == missing.content
        assert responses[0].headers["content-type"] == missing.headers["content-type"]


def test_there_are_no_metrics_by_default(django_client: Client, fastapi_client: Client) -> None:
    for client in (django_client, fastapi_client):
        response = client.http.get("/metrics")

        assert (response.status_code, response.content) == (404, client.http.get("/nothing").content)
