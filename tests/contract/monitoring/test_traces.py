"""A trace contains a request, its SQL statements, and the task that follows, whichever implementation does what."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib import import_module
from secrets import token_hex
from urllib.parse import urlsplit

import psycopg2
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.trace import SpanKind

from harness.databases.clones import database
from harness.ports import LOOPBACK, free_port
from harness.postgres.server import Server
from harness.servers.background import Side, background
from harness.servers.command_lines import SECRET_KEY
from harness.servers.guarded import RunningProgram
from harness.servers.server import Implementation, serve
from tests.contract.client import Account, Client
from tests.contract.conftest import open_client
from tests.contract.document import SETTINGS
from tests.contract.monitoring.collector import Collector, Received, collector
from tests.contract.notifications.mailbox import Mailbox, mailbox
from tests.contract.shop import new_account, new_category, new_product, order_body
from tests.harness.processes import eventually

PARENT = "00f067aa0ba902b7"
BEGINNING = {Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CONSUMER}


@dataclass(frozen=True)
class Traced:
    """A server, the worker of the other implementation, and what they send."""

    client: Client
    shopper: Account
    product: dict[str, str]
    collector: Collector
    mailbox: Mailbox
    programs: list[RunningProgram]
    secrets: list[str]


@pytest.fixture(scope="module", params=[("django", "fastapi"), ("fastapi", "django")], ids=["django", "fastapi"])
def traced(request: pytest.FixtureRequest, server: Server) -> Iterator[Traced]:
    """Run the server and the relay of one implementation, and the worker of the other."""
    side: Side
    other: Side
    side, other = request.param
    with ExitStack() as stack:
        url = stack.enter_context(database(server, name_hint="tests"))
        collected, box = stack.enter_context(collector()), stack.enter_context(mailbox())
        environment = {
            "TRACES_URL": collected.url,
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "EMAIL_URL": box.url,
            "LOG_LEVEL": "debug",
        }
        running = stack.enter_context(serve(side, url, environment=environment))
        relay = stack.enter_context(background(side, "relay", url, environment=environment))
        worker = stack.enter_context(background(other, "worker", url, environment=environment))
        sql = stack.enter_context(closing(psycopg2.connect(url)))
        sql.autocommit = True
        client = stack.enter_context(open_client(running))
        staff, shopper = new_account(sql, is_staff=True), new_account(sql)
        product = new_product(client.as_(staff), new_category(client.as_(staff)), stock=100)
        secrets = [SECRET_KEY, str(urlsplit(url).password), staff.token, shopper.token, shopper.email]
        yield Traced(client, shopper, product, collected, box, [relay, worker], secrets)


def ancestors(spans: list[Received], span: Received) -> list[str]:
    """Return the ids of the span's parent, of its parent, and so on."""
    parents = {each.id: each.parent for each in spans}
    found = [span.parent]
    while found[-1] in parents:
        found.append(parents[found[-1]])
    return found


def test_one_trace_from_request_to_task(traced: Traced) -> None:
    trace_id = token_hex(16)
    headers = {"traceparent": f"00-{trace_id}-{PARENT}-01"}
    traced.client.as_(traced.shopper).post("/api/orders", order_body(traced.product), headers=headers)

    def named(name: str) -> list[Received]:
        return [each for each in traced.collector.trace(trace_id) if each.span.name == name]

    assert eventually(lambda: bool(named("run/mail_order_confirmation")))
    spans = traced.collector.trace(trace_id)
    (request,), (task,) = named("POST /api/orders"), named("run/mail_order_confirmation")
    statements = [each for each in spans if "db.query.text" in each.attributes]
    own = [
        each for each in statements if request.id in ancestors(spans, each) and task.id not in ancestors(spans, each)
    ]
    of_task = [each for each in statements if task.id in ancestors(spans, each)]

    assert request.parent == PARENT
    assert request.id in ancestors(spans, task)
    assert (request.service, task.service) in {("shop-django", "shop-fastapi"), ("shop-fastapi", "shop-django")}
    assert request.attributes["http.route"] == "/api/orders"
    assert request.attributes["http.response.status_code"] == "201"
    assert any("INSERT INTO" in each.attributes["db.query.text"] for each in own)
    assert any("outbox" in each.attributes["db.query.text"] for each in of_task)
    assert {each.service for each in of_task} == {task.service}


def test_spans_and_logs_contain_no_secrets(traced: Traced) -> None:
    trace_id, unsampled, secret = token_hex(16), token_hex(16), f"secret-{token_hex(8)}"
    headers = {"traceparent": f"00-{trace_id}-{PARENT}-01", "Idempotency-Key": secret, "Cookie": f"session={secret}"}
    client = traced.client.as_(traced.shopper)
    client.get("/api/products", headers={"traceparent": f"00-{unsampled}-{PARENT}-00"})
    order = client.post("/api/orders", order_body(traced.product), headers=headers).json()
    client.get(f"/api/products?search={secret}&limit=1", headers=headers)
    login = {"username": traced.shopper.email, "password": secret}
    client.post("/api/auth/login", data=login, headers=headers)
    host = client.http.get("/healthz", headers={"Host": "evil.example"})
    client.http.get("/healthz", headers=headers)

    def line_of_task() -> list[dict[str, object]]:
        lines = [json.loads(line) for line in worker.log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if line["event"] == "task" and line["event_id"] in messages_of(order["id"])]

    def messages_of(order_id: str) -> set[str]:
        mails = [mail for mail in traced.mailbox.mails if mail["Subject"] == f"Your order {order_id}"]
        return {str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in mails}

    _relay, worker = traced.programs
    assert eventually(lambda: bool(line_of_task()))
    assert eventually(lambda: any(each.span.name == "GET /healthz" for each in traced.collector.trace(trace_id)))
    spans = traced.collector.received
    sent = b"".join(each.span.SerializeToString() for each in spans)
    assert [secret for secret in [secret, *traced.secrets] if secret.encode() in sent] == []
    assert {name for each in spans for name in each.attributes} <= set(SETTINGS["traces"]["attributes"])
    assert not [each for each in spans if each.span.events or each.span.status.message]
    assert traced.collector.trace(unsampled) == []
    # Only requests and tasks begin traces, not the statements with which a process looks for work.
    assert {each.span.kind for each in spans if not each.parent} <= BEGINNING
    assert (host.status_code, host.json()["code"], "X-Request-ID" in host.headers) == (400, "invalid_host", True)
    (line,) = line_of_task()
    common = ("timestamp", "level", "logger", "event", "task", "event_id")
    assert [*line] == [*common, *SETTINGS["logs"]["task"]]
    assert (line["state"], line["task"]) == ("SUCCESS", "mail_order_confirmation")
    for program in traced.programs:
        log = program.log.read_text(encoding="utf-8")
        assert all(isinstance(json.loads(line), dict) for line in log.splitlines())
        assert [secret for secret in traced.secrets if secret in log] == []


def test_server_without_collector_serves_and_says_so_once(implementation: Implementation, database_url: str) -> None:
    url = f"http://{LOOPBACK}:{free_port()}/v1/traces"
    environment = {"TRACES_URL": url, "OTEL_BSP_SCHEDULE_DELAY": "10"}
    with serve(implementation, database_url, environment=environment) as running, open_client(running) as client:

        def failures() -> list[dict[str, object]]:
            lines = map(json.loads, running.log.read_text(encoding="utf-8").splitlines())
            return [line for line in lines if str(line["logger"]).startswith("opentelemetry")]

        assert client.get("/api/products").status_code == 200
        assert eventually(lambda: bool(failures()))
        for _ in range(50):
            assert client.get("/api/products").status_code == 200

        assert len(failures()) == 1
        assert SECRET_KEY not in str(failures())


def test_statement_without_a_request_begins_no_trace(implementation: Implementation) -> None:
    sampler = import_module(f"{implementation}_impl.config.spans").RequestsAndTasks()
    kinds = [kind for kind in SpanKind if sampler.should_sample(None, 1, "SELECT", kind).decision.is_recording()]

    assert kinds == [SpanKind.SERVER, SpanKind.CONSUMER]


# Not the whole SDK, of which the library of Redis imports a part.
LIBRARIES = ("opentelemetry.sdk.trace", "opentelemetry.exporter", "opentelemetry.instrumentation", "prometheus_client")
IMPORTS = {"django": "django_impl.config.wsgi", "fastapi": "fastapi_impl.main"}


def test_without_traces_and_metrics_their_libraries_are_not_imported(implementation: Implementation) -> None:
    names = f"[name for name in sys.modules if name.startswith({LIBRARIES})]"
    variables = {"ENVIRONMENT": "development", "DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
    result = subprocess.run(
        [sys.executable, "-c", f"import sys, {IMPORTS[implementation]}; print({names})"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )

    assert result.stdout == "[]\n"
