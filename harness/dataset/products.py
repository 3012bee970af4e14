"""Generate products. Each depends only on seed, size and index, so that threads can generate them independently."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from harness.dataset.categories import categories, category_key
from harness.dataset.descriptions import describe
from harness.dataset.identity import DAY, SECOND, key, moment, numbers, timestamp
from harness.dataset.names import Names
from harness.dataset.users import user_key

COLUMNS = (
    *("id", "name", "slug", "description", "price", "stock", "category_id", "is_active", "created_by_id"),
    *("created_at", "updated_at"),
)
_SINCE = moment(2025, 1, 1)
_SPAN = 365 * DAY
# Only a few different cents, so that many products have the same price.
_CENTS = (99, 99, 95, 90, 50, 49, 0)


class ProductSnapshot(NamedTuple):
    """The fields that an order copies from a product, with the price in cents."""

    key: str
    slug: str
    name: str
    cents: int


class Products:
    """The products of a data set."""

    def __init__(self, seed: int, size: int) -> None:
        self.seed = seed
        self.size = size
        self._names = Names(seed)
        self._step = _SPAN // (size // 3 + 1)

    def rows(self, start: int, stop: int) -> Iterator[str]:
        """Yield the rows in the text format of COPY."""
        for index in range(start, stop):
            draws = self._draws(index)
            label = self._names.label(index)
            created_at = self._created(index)
            created = timestamp(created_at)
            updated = timestamp(created_at + draws[5] % (20 * DAY)) if draws[5] % 10 < 3 else created
            yield (
                f"{key(created_at, draws[0], draws[1])}\t{label.name}\t{label.slug}\t"
                f"{describe(label.name, index, draws[6], draws[7])}\t{_price(draws[2])}\t{_stock(draws[3])}\t"
                f"{self._category_keys[label.category]}\t{'tf'[draws[4] % 20 == 7]}\t"
                f"{self._admin_key if draws[4] % 50 else chr(92) + 'N'}\t{created}\t{updated}\n"
            )

    def snapshot(self, index: int) -> ProductSnapshot:
        """Return the fields that an order copies from the product with that index."""
        draws = self._draws(index)
        label = self._names.label(index)
        return ProductSnapshot(key(self._created(index), draws[0], draws[1]), label.slug, label.name, _cents(draws[2]))

    def _draws(self, index: int) -> tuple[int, ...]:
        return numbers(self.seed, "product", index)

    def _created(self, index: int) -> int:
        # Three products have the same time, as after an import. Some times have no fraction of a second.
        group = index // 3
        created = _SINCE + group * self._step
        return created - created % SECOND if group % 7 == 0 else created

    @cached_property
    def _admin_key(self) -> str:
        return user_key(self.seed, 0)

    @cached_property
    def _category_keys(self) -> tuple[str, ...]:
        return tuple(category_key(self.seed, each.number) for each in categories())


def _cents(draw: int) -> int:
    # The cube of a uniform distribution: many products are cheap and few are expensive.
    whole = 1 + (draw % 1000) ** 3 // 1_000_000
    return whole * 100 + _CENTS[draw // 1000 % len(_CENTS)]


def _price(draw: int) -> str:
    whole, cents = divmod(_cents(draw), 100)
    return f"{whole}.{cents:02}"


def _stock(draw: int) -> int:
    percentile = draw % 100
    if percentile < 8:
        return 0
    return draw // 100 % 9 + 1 if percentile < 16 else 10 + draw // 100 % 490
