"""Who may connect, and how others are refused."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from websockets.http11 import Response

from harness.ports import LOOPBACK
from harness.servers.server import serve
from tests.contract.client import Account, Client
from tests.contract.document import ERRORS, SETTINGS
from tests.contract.shop import new_account, new_token
from tests.contract.validation import SECURITY_HEADERS
from tests.contract.websockets.conftest import SERVERS, Listen
from tests.contract.websockets.sockets import SOCKETS, open_socket, refusal

ALLOWED_ORIGIN = "https://shop.example"


@pytest.fixture
def customer(sql: Connection) -> Account:
    """Return the account of a new customer."""
    return new_account(sql)


def code(response: Response) -> str:
    """Return the code of a problem in the form of the contract."""
    body = json.loads(response.body)
    expected = ERRORS["problems"][body["code"]]
    assert (response.status_code, body["detail"]) == (expected["status"], expected["detail"])
    assert response.headers["Content-Type"] == "application/problem+json"
    assert {name: response.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert response.headers["X-Request-ID"]
    if response.status_code == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"
    return str(body["code"])


def test_token_is_the_second_subprotocol(listen: Listen, customer: Account) -> None:
    socket = listen(customer)

    assert socket.connection.subprotocol == SOCKETS["subprotocol"]
    assert socket.is_there()


@pytest.mark.parametrize("subprotocols", [None, ["{token}"], ["chat", "{token}"], ["{token}", "bearer"]])
def test_handshake_without_a_token_is_refused(port: int, customer: Account, subprotocols: list[str] | None) -> None:
    offered = subprotocols and [each.format(token=customer.token) for each in subprotocols]

    assert code(refusal(port, offered)) == "not_authenticated"


@pytest.mark.parametrize("form", ["?token={}", "?access_token={}", "?bearer={}"])
def test_token_in_the_query_is_ignored(port: int, customer: Account, form: str) -> None:
    path = SOCKETS["path"] + form.format(customer.token)

    assert code(refusal(port, None, path=path)) == "not_authenticated"
    assert code(refusal(port, ["bearer", "x"], path=path)) == "invalid_token"
    with open_socket(port, customer.token, path=SOCKETS["path"] + "?token=x") as socket:
        assert socket.is_there()


INVALID_CLAIMS: Mapping[str, dict[str, Any]] = {
    "expired": {"exp": int(time.time()) - 10},
    "for another use": {"token_type": "refresh"},
    "for another audience": {"aud": "another"},
    "signed by another": {"secret": "x" * 40},
    "of nobody": {"sub": "01890000-0000-7000-8000-000000000000"},
}


@pytest.mark.parametrize("changes", INVALID_CLAIMS.values(), ids=INVALID_CLAIMS)
def test_invalid_token_is_refused(port: int, customer: Account, changes: dict[str, Any]) -> None:
    assert code(refusal(port, ["bearer", new_token(customer.id, **changes)])) == "invalid_token"


def test_anything_but_one_token_is_refused(port: int, customer: Account) -> None:
    for subprotocols in (["bearer"], ["bearer", "x.y.z"], ["bearer", customer.token, "chat"]):
        assert code(refusal(port, subprotocols)) == "invalid_token"


def test_token_of_a_deactivated_user_is_refused(port: int, sql: Connection) -> None:
    account = new_account(sql, is_active=False)

    assert code(refusal(port, ["bearer", account.token])) == "invalid_token"


def test_origin_of_an_allowed_host_is_allowed(port: int, listen: Listen, customer: Account) -> None:
    other_ports = (f"http://{LOOPBACK}", "https://localhost:8001")
    for origin in (f"http://{LOOPBACK}:{port}", f"https://{LOOPBACK}:{port}", *other_ports):
        assert listen(customer, origin=origin).is_there()


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "", f"ws://{LOOPBACK}", f"http://{LOOPBACK}:{{port}}.evil.example"),
        *(f"http://{LOOPBACK}.evil.example", f"http://evil.example/{LOOPBACK}", f"http://evil@{LOOPBACK}"),
        ALLOWED_ORIGIN,
    ],
)
def test_other_origin_is_refused_before_the_token(port: int, origin: str) -> None:
    assert code(refusal(port, None, origin=origin.format(port=port))) == "permission_denied"


@pytest.fixture
def ports_with_origin(database_url: str) -> Iterator[list[int]]:
    """Start both implementations with an allowed origin."""
    with ExitStack() as stack:
        environment = {"CORS_ALLOWED_ORIGINS": ALLOWED_ORIGIN}
        yield [
            stack.enter_context(serve(name, database_url, environment=environment)).port for name in SERVERS.values()
        ]


def test_listed_origin_is_allowed(ports_with_origin: list[int], customer: Account) -> None:
    for port in ports_with_origin:
        with open_socket(port, customer.token, origin=ALLOWED_ORIGIN) as socket:
            assert socket.is_there()
        assert code(refusal(port, None, origin=f"{ALLOWED_ORIGIN}.evil.example")) == "permission_denied"


def test_unknown_host_is_refused_first(port: int, customer: Account) -> None:
    headers = {"Host": "evil.example"}

    assert code(refusal(port, ["bearer", customer.token], additional_headers=headers)) == "invalid_host"
    assert code(refusal(port, None, additional_headers=headers, origin="https://evil.example")) == "invalid_host"


@pytest.mark.parametrize("path", ["/ws", "/ws/notifications/", "/ws/notifications2", "/ws/notification", "/nothing"])
def test_socket_at_another_path_is_not_found(port: int, customer: Account, path: str) -> None:
    assert code(refusal(port, ["bearer", customer.token], path=path)) == "not_found"


def test_socket_at_a_path_of_http_gets_its_response(port: int, customer: Account) -> None:
    response = refusal(port, ["bearer", customer.token], path="/healthz")

    assert (response.status_code, json.loads(response.body)) == (200, {"status": "ok"})


def test_path_does_not_exist_over_http(port: int, anonymous: Client) -> None:
    with httpx.Client(trust_env=False) as http:
        response = http.get(f"http://{LOOPBACK}:{port}{SOCKETS['path']}")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert anonymous.get(SOCKETS["path"]).status_code == 404


def test_request_id_of_the_client_is_repeated(port: int) -> None:
    response = refusal(port, None, additional_headers={"X-Request-ID": "abc-123"})

    assert response.headers["X-Request-ID"] == "abc-123"


@pytest.mark.parametrize("implementation", SERVERS)
def test_refused_handshake_is_logged_without_its_token(
    implementation: str, database_url: str, customer: Account
) -> None:
    path = f"{SOCKETS['path']}?token={customer.token}"
    # As in production, uvicorn's own level is lower: it would log the URL.
    environment = {"LOG_LEVEL": "info", "UVICORN_LOG_LEVEL": "info"}
    with serve(SERVERS[implementation], database_url, environment=environment) as running:
        refused = refusal(running.port, ["bearer", customer.token, "x"], path=path)
        log = running.log.read_text(encoding="utf-8")

    assert refused.status_code == 401
    (line,) = (line for line in map(json.loads, log.splitlines()) if line.get("route") == SOCKETS["path"])
    expected = {
        "event": "request",
        "method": "GET",
        "path": SOCKETS["path"],
        "status": 401,
        "user": None,
        "statements": 0,
    }
    assert line | expected == line
    assert customer.token not in log


def test_handshakes_count_as_requests_of_the_user(port: int, sql: Connection, customer: Account) -> None:
    with open_socket(port, customer.token):
        pass
    limit = SETTINGS["throttles"]["user"]["requests"]
    with sql.cursor() as cursor:
        cursor.execute("UPDATE throttles SET count = %s", (limit - 1,))
    with open_socket(port, customer.token) as socket:
        assert socket.is_there()

    response = refusal(port, ["bearer", customer.token])

    assert code(response) == "too_many_requests"
    assert 1 <= int(response.headers["Retry-After"]) <= SETTINGS["throttles"]["user"]["seconds"]
