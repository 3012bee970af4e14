"""Run EXPLAIN for the statements of an implementation, with the parameters that it sent."""

import json
import os
import socket
import struct
from collections.abc import Iterator
from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.wire.protocol import SentStatement

type Plan = dict[str, Any]

TIMEOUT_SECONDS = 30.0


def plans(connection: Connection, sent: SentStatement) -> list[Plan]:
    """Return the plans that PostgreSQL may use for a statement: the custom plan, and the generic plan if it is cheaper.

    From the sixth execution of a prepared statement on, plancache.c uses the generic plan if it is cheaper.
    """
    if not sent.values:
        return [_explained(connection, sent, "FORMAT JSON")]
    custom = _explained_with_values(connection, sent)
    generic = _explained(connection, sent, "FORMAT JSON, GENERIC_PLAN")
    is_cheaper = generic["Total Cost"] < custom["Total Cost"] + _cost_of_planning(custom)
    return [custom, generic] if is_cheaper else [custom]


def nodes(plan: Plan) -> Iterator[Plan]:
    """Yield all nodes of a plan, from the top."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def _cost_of_planning(plan: Plan) -> float:
    # As cached_plan_cost() in plancache.c: 1000 times cpu_operator_cost for each relation, and once more.
    relations = sum("Relation Name" in node for node in nodes(plan))
    return 1000 * 0.0025 * (relations + 1)


def _explained(connection: Connection, sent: SentStatement, options: str) -> Plan:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({options}) {sent.text.decode()}")
        plan: Plan = cursor.fetchall()[0][0][0]["Plan"]
        return plan


def _explained_with_values(connection: Connection, sent: SentStatement) -> Plan:
    """Explain the statement with its parameters.

    The bytes of the parameters are sent unchanged, because their binary format is known only to the driver.
    """
    messages = [
        (b"P", b"\0EXPLAIN (FORMAT JSON) " + sent.text + b"\0" + sent.types),
        (b"B", b"\0\0" + _parameters(sent.values) + struct.pack("!H", 0)),
        (b"E", b"\0" + struct.pack("!I", 0)),
        (b"S", b""),
    ]
    # psycopg2 has authenticated the connection and is idle, so the messages can be sent on its socket.
    with socket.socket(fileno=os.dup(connection.fileno())) as server:
        server.settimeout(TIMEOUT_SECONDS)
        server.sendall(b"".join(kind + struct.pack("!I", 4 + len(content)) + content for kind, content in messages))
        response = dict(_messages(server))
    assert b"E" not in response, response[b"E"]
    plan: Plan = json.loads(response[b"D"][6:])[0]["Plan"]
    return plan


def _parameters(values: bytes) -> bytes:
    """Return the parameters of a Bind message, without the result formats, which do not fit the result of EXPLAIN."""
    (formats,) = struct.unpack_from("!H", values)
    end = 2 + 2 * formats
    (count,) = struct.unpack_from("!H", values, end)
    end += 2
    for _ in range(count):
        (length,) = struct.unpack_from("!i", values, end)
        end += 4 + max(0, length)
    return values[:end]


def _messages(server: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    stream = server.makefile("rb")
    kind = b""
    while kind != b"Z":
        kind = stream.read(1)
        (length,) = struct.unpack("!I", stream.read(4))
        yield kind, stream.read(length - 4)
