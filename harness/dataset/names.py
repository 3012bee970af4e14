"""Generate the names and slugs of products."""

from functools import cached_property
from math import gcd
from typing import NamedTuple

from slugify import slugify

from harness.dataset.categories import product_types
from harness.dataset.identity import numbers
from harness.dataset.vocabulary import FINISHES, MAKERS, QUALITIES

type Words = tuple[tuple[str, str], ...]


class Label(NamedTuple):
    """The name of a product, its slug, and the number of its category."""

    name: str
    slug: str
    category: int


class Names:
    """Names in an order that depends on the seed. They are unique, except that every tenth repeats the one before."""

    def __init__(self, seed: int) -> None:
        self._product_types = _with_slugs(tuple(name for name, _ in product_types()))
        self._categories = tuple(category for _, category in product_types())
        self._makers, self._qualities, self._finishes = map(_with_slugs, (MAKERS, QUALITIES, FINISHES))
        self._count = len(self._product_types) * len(MAKERS) * len(QUALITIES) * len(FINISHES)
        self._offset = numbers(seed, "names", 0)[0]

    def label(self, index: int) -> Label:
        """Return the label of the product with that index."""
        is_duplicate = index % 10 == 9
        position = ((index - is_duplicate) * self._step + self._offset) % self._count
        rest, product_type = divmod(position, len(self._product_types))
        rest, maker = divmod(rest, len(self._makers))
        finish, quality = divmod(rest, len(self._qualities))
        words = (self._makers[maker], self._qualities[quality], self._product_types[product_type])
        name = " ".join(word for word, _ in words)
        slug = "-".join(word for _, word in words)
        if finish:
            name += ", " + self._finishes[finish][0]
            slug += "-" + self._finishes[finish][1]
        return Label(name, slug + "-2" if is_duplicate else slug, self._categories[product_type])

    @cached_property
    def _step(self) -> int:
        # Coprime with the count, so that every name occurs. Near the golden ratio, so that consecutive names differ.
        step = int(self._count * 0.6180339887)
        while gcd(step, self._count) != 1:
            step += 1
        return step


def _with_slugs(words: tuple[str, ...]) -> Words:
    return tuple((word, slugify(word)) for word in words)
