"""Names of products and the slugs they get."""

from functools import cached_property
from math import gcd
from typing import NamedTuple

from slugify import slugify

from harness.dataset.categories import things
from harness.dataset.identity import numbers
from harness.dataset.vocabulary import FINISHES, MAKERS, QUALITIES

type Words = tuple[tuple[str, str], ...]


class Label(NamedTuple):
    """What a product is called, the slug of that, and the place of its category."""

    name: str
    slug: str
    category: int


class Names:
    """Names in an order that the seed chooses. Each is used once, but every tenth product repeats the one before it."""

    def __init__(self, seed: int) -> None:
        self._things = _with_slugs(tuple(thing for thing, _ in things()))
        self._categories = tuple(category for _, category in things())
        self._makers, self._qualities, self._finishes = map(_with_slugs, (MAKERS, QUALITIES, FINISHES))
        self._count = len(self._things) * len(MAKERS) * len(QUALITIES) * len(FINISHES)
        self._offset = numbers(seed, "names", 0)[0]

    def label(self, index: int) -> Label:
        """The label of the product in that place."""
        is_namesake = index % 10 == 9
        rest, thing = divmod(((index - is_namesake) * self._step + self._offset) % self._count, len(self._things))
        rest, maker = divmod(rest, len(self._makers))
        finish, quality = divmod(rest, len(self._qualities))
        words = (self._makers[maker], self._qualities[quality], self._things[thing])
        name = " ".join(word for word, _ in words)
        slug = "-".join(word for _, word in words)
        if finish:
            name += ", " + self._finishes[finish][0]
            slug += "-" + self._finishes[finish][1]
        return Label(name, slug + "-2" if is_namesake else slug, self._categories[thing])

    @cached_property
    def _step(self) -> int:
        # Near the golden section and without a common divisor: all names are passed once, and neighbours differ.
        step = int(self._count * 0.6180339887)
        while gcd(step, self._count) != 1:
            step += 1
        return step


def _with_slugs(words: tuple[str, ...]) -> Words:
    return tuple((word, slugify(word)) for word in words)
