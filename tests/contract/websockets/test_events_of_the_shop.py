"""Which events clients receive, and in which form."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Account, Client, Json
from tests.contract.document import SETTINGS
from tests.contract.shop import new_account, new_category, new_order, new_product, rows
from tests.contract.websockets.conftest import Listen
from tests.contract.websockets.sockets import SOCKETS, Socket, insert_event, open_socket, wait_until_readable

LOW = SETTINGS["events"]["low_stock"]


def received(socket: Socket, number: int) -> list[tuple[str, Json]]:
    """Return the types and the data of the next events."""
    messages = [socket.receive() for _ in range(number)]
    return [(message["type"], message["data"]) for message in messages]


def details(product: Json, **changes: Json) -> Json:
    """Return the data of an event of a product."""
    return {name: product[name] for name in ("name", "slug", "price", "stock", "is_active")} | changes


def test_everybody_receives_events_of_products(
    listen: Listen, staff: Client, staff_account: Account, category: Json, sql: Connection
) -> None:
    sockets = [listen(staff_account), listen(new_account(sql))]
    product = new_product(staff, category, price="5", stock=LOW)
    staff.patch(f"/api/products/{product['slug']}", {"name": "Tea \u2028 & 'cup'", "stock": LOW - 1})

    for socket in sockets:
        changed = details(product, name="Tea \u2028 & 'cup'", stock=LOW - 1)
        assert received(socket, 3) == [
            ("product.created", details(product, price="5.00")),
            ("product.updated", changed),
            ("stock.low", {name: changed[name] for name in ("name", "slug", "stock")}),
        ]
        assert socket.is_there()


def test_staff_alone_receive_events_of_inactive_products(
    listen: Listen, staff: Client, staff_account: Account, category: Json, sql: Connection
) -> None:
    of_staff, of_customer = listen(staff_account), listen(new_account(sql))
    hidden = new_product(staff, category, is_active=False)
    shown = new_product(staff, category)

    assert received(of_staff, 2) == [("product.created", details(hidden)), ("product.created", details(shown))]
    assert received(of_customer, 1) == [("product.created", details(shown))]


def test_customer_and_staff_receive_events_of_an_order(
    listen: Listen, anonymous: Client, staff_account: Account, product: Json, sql: Connection
) -> None:
    wait_until_readable(sql)  # that of the product
    customer, other = new_account(sql), new_account(sql)
    of_staff, of_customer, of_other = listen(staff_account), listen(customer), listen(other)
    order = new_order(anonymous.as_(customer), product)
    anonymous.as_(customer).post(f"/api/orders/{order['id']}/pay")
    marker = insert_event(sql)

    expected = [
        ("order.created", {"id": order["id"], "total": order["total"], "status": "pending"}),
        ("order.status", {"id": order["id"], "status": "paid"}),
    ]
    for socket in (of_staff, of_customer):
        assert [event for event in received(socket, 4) if event[0] != "stock.low"] == expected
    assert [message["id"] for message in (of_other.receive(), of_other.receive())][-1] == marker


def test_event_has_the_id_and_the_time_of_the_outbox(listen: Listen, sql: Connection) -> None:
    socket = listen(new_account(sql))
    event = insert_event(sql)
    message = socket.receive()

    ((stored,),) = rows(
        sql, "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') FROM outbox"
    )
    assert (message["id"], message["at"].removesuffix("Z")) == (event, stored.removesuffix(".000000"))


def test_other_types_are_sent_to_nobody(listen: Listen, staff_account: Account, sql: Connection) -> None:
    customer = new_account(sql)
    sockets = [listen(staff_account), listen(customer)]
    insert_event(sql, "report.requested")
    insert_event(sql, "order.forgotten", customer_id=customer.id)
    marker = insert_event(sql)

    for socket in sockets:
        assert socket.ids(1) == [marker]
        assert socket.is_there()


def test_types_of_the_settings_are_those_of_the_contract() -> None:
    assert set(SOCKETS["event_types"]) == {
        *("product.created", "product.updated", "stock.low", "order.created", "order.status")
    }


@contextmanager
def on_both(ports: Mapping[str, int], account: Account) -> Iterator[list[Socket]]:
    """Connect to both implementations."""
    with ExitStack() as stack:
        yield [stack.enter_context(open_socket(port, account.token)) for port in ports.values()]


def test_events_of_both_implementations_are_the_same_bytes_on_both(
    clients: Mapping[str, Client], socket_ports: Mapping[str, int], sql: Connection
) -> None:
    staff, customer = new_account(sql, is_staff=True), new_account(sql)
    with on_both(socket_ports, staff) as sockets:
        category = new_category(clients["django"].as_(staff))
        for client in clients.values():
            product = new_product(client.as_(staff), category, name='Käse \U0001f9c0 \u2028 "\\/<&>', stock=LOW)
            order = new_order(client.as_(customer), product)
            client.as_(customer).post(f"/api/orders/{order['id']}/cancel")
        frames = [[socket.receive_text() for _ in range(8)] for socket in sockets]

    assert frames[0] == frames[1]
    assert sorted(json.loads(frame)["type"] for frame in frames[0]) == sorted(
        2 * ["product.created", "stock.low", "order.created", "order.status"]
    )
