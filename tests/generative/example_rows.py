"""Insert the orders that valid requests need: that of the examples in openapi.yaml, and some for each transition."""

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.document import OPERATIONS
from tests.parity.seed_data import NAMES, SeededDatabase

EXAMPLE: str = OPERATIONS["get_order"].parameters[0]["example"]
_STATUSES = {"pay": "pending", "cancel": "pending", "ship": "paid"}
# The ids of the orders for each transition. A request uses one of them, so the transitions are independent.
ORDERS = {transition: [f"{EXAMPLE[:-2]}{number}{n}" for n in range(10)] for number, transition in enumerate(_STATUSES)}


def prepare(connection: Connection, owner: str) -> None:
    """Restore the seed data, and insert the orders for a customer. `owner` is the customer's id."""
    SeededDatabase(connection).restore()
    _insert(connection, EXAMPLE, owner, "pending")
    for transition, orders in ORDERS.items():
        for order in orders:
            _insert(connection, order, owner, _STATUSES[transition])


def _insert(connection: Connection, order: str, owner: str, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders (id, customer_id, status, total) VALUES (%s, %s, %s, 1)", (order, owner, status)
        )
        cursor.execute(
            "INSERT INTO order_items (order_id, position, product_id, product_slug, product_name, unit_price, quantity)"
            " SELECT %s, 1, id, slug, name, 1, 1 FROM products WHERE id = %s",
            (order, NAMES["teapot_id"]),
        )
