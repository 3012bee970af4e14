"""Measures how long an event takes to reach hundreds of clients of the WebSocket."""

import asyncio
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import jwt
import psycopg2
import yaml
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.results import Part
from benchmarks.runs.bench import Bench
from benchmarks.settings import Subject
from harness.paths import ROOT
from harness.ports import LOOPBACK
from harness.servers.names import Served
from harness.servers.server import Budget, serve

CONTRACT = yaml.safe_load((ROOT / "shared_contract" / "settings.yaml").read_text(encoding="utf-8"))
# The servers that have the WebSocket of an implementation. Others have none.
SERVERS: dict[str, Served] = {"django": "django-sockets", "fastapi": "fastapi"}
CLIENTS, EVENTS, INTERVAL_SECONDS = 500, 60, 0.1
SMOKE_CLIENTS, SMOKE_EVENTS = 20, 5
# The first events are not measured: the clients have just connected.
WARM_UP_EVENTS = 10
TIMEOUT_SECONDS = 60
_INSERT = """
    INSERT INTO outbox (type, data, is_public, attempts, error)
    VALUES ('product.updated', %s, true, 0, '') RETURNING id::text
"""
_DATA = {"name": "Enamel mug", "slug": "enamel-mug", "price": "12.50", "stock": 40, "is_active": True}


@dataclass(frozen=True)
class Load:
    """The number of clients, and of events that are stored one after the other."""

    clients: int
    events: int


def measure_fanout(bench: Bench, part: Part) -> dict[str, Any]:
    """Store events one after the other while many clients are connected, on each server once in each round.

    Return, by variant and round, the seconds from before the INSERT of an event until a client has it: the median and
    the 99th percentile of all events and clients. The clients are in this process.
    """
    (size,) = bench.settings.sizes
    is_smoke = part.settings.is_smoke
    load = Load(SMOKE_CLIENTS, SMOKE_EVENTS) if is_smoke else Load(CLIENTS, EVENTS)
    found: dict[str, dict[str, list[float]]] = {}
    with bench.data(size) as url:
        bench.settle()
        for number in range(1, part.settings.rounds + 1):
            for subject in part.settings.order(number):
                if subject.variant in SERVERS:
                    seconds = sorted(_measure(bench, subject, url, load))
                    of_variant = found.setdefault(subject.variant, {"p50": [], "p99": []})
                    of_variant["p50"].append(seconds[len(seconds) // 2])
                    of_variant["p99"].append(seconds[len(seconds) * 99 // 100])
    return {"fanout": {"clients": load.clients, "variants": found}}


def _measure(bench: Bench, subject: Subject, url: str, load: Load) -> list[float]:
    environment = {**bench.environment, "SECRET_KEY": bench.secret_key}
    budget = Budget(subject.workers, subject.threads, subject.threads, bench.pinnings[subject.workers].server)
    with (
        closing(psycopg2.connect(url)) as connection,
        serve(SERVERS[subject.variant], url, budget=budget, environment=environment) as running,
    ):
        connection.autocommit = True
        token = _token(connection, bench.secret_key)
        return asyncio.run(_deliver(connection, running.port, token, load))


def _token(connection: Connection, secret_key: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text FROM users WHERE is_active LIMIT 1")
        (user_id,) = cursor.fetchone() or ("",)
    tokens, now = CONTRACT["tokens"], int(time.time())
    claims = {
        "sub": user_id,
        "iat": now,
        "exp": now + tokens["access_lifetime_seconds"],
        "jti": uuid.uuid4().hex,
        "iss": tokens["issuer"],
        "aud": tokens["audience"],
        "token_type": "access",
    }
    return jwt.encode(claims, secret_key, algorithm=tokens["algorithm"])


async def _deliver(connection: Connection, port: int, token: str, load: Load) -> list[float]:
    """Return the seconds of each event on its way to each client."""
    address = f"ws://{LOOPBACK}:{port}{CONTRACT['sockets']['path']}"
    protocols: Any = [CONTRACT["sockets"]["subprotocol"], token]
    clients = [
        await connect(address, subprotocols=protocols, compression=None, proxy=None, ping_interval=None)
        for _ in range(load.clients)
    ]
    number = WARM_UP_EVENTS + load.events
    # Until then the servers wait for the first message of a client.
    await asyncio.sleep(CONTRACT["sockets"]["first_message_seconds"])
    receiving = [asyncio.create_task(_receive(client, number)) for client in clients]
    stored = await asyncio.to_thread(_store, connection, number)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        received = await asyncio.gather(*receiving)
    await asyncio.gather(*(client.close() for client in clients))
    measured = set([*stored][WARM_UP_EVENTS:])
    arrivals = ((json.loads(text)["id"], at) for of_client in received for text, at in of_client)
    return [at - stored[event_id] for event_id, at in arrivals if event_id in measured]


async def _receive(client: ClientConnection, number: int) -> list[tuple[str | bytes, float]]:
    return [(await client.recv(), time.perf_counter()) for _ in range(number)]


def _store(connection: Connection, number: int) -> dict[str, float]:
    """Store events at a constant rate, and return when each was stored, by its id."""
    stored = {}
    with connection.cursor() as cursor:
        for due in _times(number):
            time.sleep(max(0.0, due - time.perf_counter()))
            at = time.perf_counter()
            cursor.execute(_INSERT, (json.dumps(_DATA),))
            (event_id,) = cursor.fetchone() or ("",)
            stored[event_id] = at
    return stored


def _times(number: int) -> Iterator[float]:
    started = time.perf_counter()
    return (started + index * INTERVAL_SECONDS for index in range(number))
