"""Generate orders and their items, with the names and prices of their products."""

from collections.abc import Iterator
from typing import NamedTuple

from harness.dataset.identity import DAY, SECOND, key, moment, numbers, timestamp
from harness.dataset.products import Products, ProductSnapshot
from harness.dataset.users import user_key

COLUMNS = ("id", "customer_id", "status", "total", "created_at", "updated_at")
ITEM_COLUMNS = ("id", "order_id", "position", "product_id", "product_slug", "product_name", "unit_price", "quantity")
_SINCE = moment(2026, 1, 1)
_SPAN = 28 * DAY
_STATUSES = ("pending", "paid", "paid", "shipped", "shipped", "shipped", "shipped", "cancelled")
# More than one page.
_ORDERS_OF_SHOPPER = 30


class Item(NamedTuple):
    """A product of an order, and its quantity."""

    product: ProductSnapshot
    quantity: int


class Orders:
    """The orders of a data set. They are later than its products, whose stock is the stock after these orders."""

    def __init__(self, products: Products, *, accounts: int, size: int) -> None:
        self._products = products
        self._accounts = accounts
        self._size = size
        self._step = _SPAN // (size // 2 + 1)

    def rows(self, start: int, stop: int) -> Iterator[tuple[str, str]]:
        """Yield the rows of each order and of its items, in the text format of COPY."""
        for index in range(start, stop):
            draws = numbers(self._products.seed, "order", index)
            created = _SINCE + index // 2 * self._step
            order = key(created, draws[0], draws[1])
            status = _STATUSES[draws[2] % len(_STATUSES)]
            updated = created if status == "pending" else created + SECOND + draws[3] % DAY
            items = self._items(draws[4], draws[5])
            total = _amount(sum(item.product.cents * item.quantity for item in items))
            customer = user_key(self._products.seed, self._customer(index, draws[6]))
            fields = (order, customer, status, total, timestamp(created), timestamp(updated))
            yield "\t".join(fields) + "\n", _item_rows(order, created, draws[7], items)

    def _items(self, first: int, second: int) -> list[Item]:
        size = self._products.size
        stride = 1 + second % 97 if size > 500 else 1
        return [
            Item(self._products.snapshot((first // 5 + line * stride) % size), 1 + (second >> line * 4) % 16 // 6)
            for line in range(min(1 + first % 5, size))
        ]

    def _customer(self, index: int, draw: int) -> int:
        if index % max(1, self._size // _ORDERS_OF_SHOPPER) == 0:
            return 1
        customers = self._accounts - 2
        # Half of the orders are distributed evenly, so that every customer has some. A few customers have the rest.
        return 2 + (index % customers if draw % 2 else (draw >> 1) % customers * ((draw >> 1) % customers) // customers)


def _item_rows(order: str, created: int, draw: int, items: list[Item]) -> str:
    return "".join(
        f"{key(created, draw, position)}\t{order}\t{position}\t{product.key}\t{product.slug}\t{product.name}\t"
        f"{_amount(product.cents)}\t{quantity}\n"
        for position, (product, quantity) in enumerate(items, 1)
    )


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
