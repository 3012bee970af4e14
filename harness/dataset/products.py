"""Products. Every field is a function of seed, size and place, so that any part of them can be made anywhere."""

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
# As shops have them; few enough for many products to have the same price.
_ENDINGS = (99, 99, 95, 90, 50, 49, 0)


class Sold(NamedTuple):
    """What an order copies of a product; the price in cents."""

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
        """Lines for COPY."""
        for index in range(start, stop):
            draws = self._draws(index)
            label = self._names.label(index)
            made = self._created(index)
            created = timestamp(made)
            updated = timestamp(made + draws[5] % (20 * DAY)) if draws[5] % 10 < 3 else created
            yield (
                f"{key(made, draws[0], draws[1])}\t{label.name}\t{label.slug}\t"
                f"{describe(label.name, index, draws[6], draws[7])}\t{_price(draws[2])}\t{_stock(draws[3])}\t"
                f"{self._category_keys[label.category]}\t{'tf'[draws[4] % 20 == 7]}\t"
                f"{self._admin_key if draws[4] % 50 else chr(92) + 'N'}\t{created}\t{updated}\n"
            )

    def sold(self, index: int) -> Sold:
        """What an order copies of the product in that place."""
        draws = self._draws(index)
        label = self._names.label(index)
        return Sold(key(self._created(index), draws[0], draws[1]), label.slug, label.name, _cents(draws[2]))

    def _draws(self, index: int) -> tuple[int, ...]:
        return numbers(self.seed, "product", index)

    def _created(self, index: int) -> int:
        # Three at a time, as when a catalogue is imported; now and then at a whole second.
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
    # Cheap things are many, dear ones few: the cube of an even spread.
    whole = 1 + (draw % 1000) ** 3 // 1_000_000
    return whole * 100 + _ENDINGS[draw // 1000 % len(_ENDINGS)]


def _price(draw: int) -> str:
    whole, cents = divmod(_cents(draw), 100)
    return f"{whole}.{cents:02}"


def _stock(draw: int) -> int:
    share = draw % 100
    if share < 8:
        return 0
    return draw // 100 % 9 + 1 if share < 16 else 10 + draw // 100 % 490
