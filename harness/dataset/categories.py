"""The tree of categories."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from slugify import slugify

from harness.dataset.identity import SECOND, key, moment, numbers, timestamp
from harness.dataset.vocabulary import CATEGORIES, Tree

COLUMNS = ("id", "name", "slug", "description", "parent_id", "created_at")
_SINCE = moment(2024, 11, 1)


@dataclass(frozen=True)
class Category:
    """A category, its place in the order of creation, its parent's place, and the things it sells."""

    number: int
    name: str
    parent: int | None
    things: tuple[str, ...] = ()


@cache
def categories() -> tuple[Category, ...]:
    """All categories, parents before children."""
    return tuple(_grow(CATEGORIES))


@cache
def things() -> tuple[tuple[str, int], ...]:
    """Everything that is sold, with the place of its category."""
    return tuple((thing, category.number) for category in categories() for thing in category.things)


def category_key(seed: int, number: int) -> str:
    """Key of the category in that place."""
    first, second = numbers(seed, "category", number)[:2]
    return key(_created(number), first, second)


def category_rows(seed: int) -> Iterator[str]:
    """Lines for COPY."""
    for each in categories():
        parent = r"\N" if each.parent is None else category_key(seed, each.parent)
        slug = slugify(each.name, max_length=100)
        fields = (category_key(seed, each.number), each.name, slug, _description(each), parent)
        yield "\t".join((*fields, timestamp(_created(each.number)))) + "\n"


def _grow(tree: Tree) -> list[Category]:
    found: list[Category] = []

    def visit(branch: Tree, parent: int | None) -> None:
        for name, below in branch.items():
            number = len(found)
            found.append(Category(number, name, parent, below if isinstance(below, tuple) else ()))
            if isinstance(below, dict):
                visit(below, number)

    visit(tree, None)
    return found


def _description(category: Category) -> str:
    listed = ", ".join(thing.lower() for thing in category.things)
    return f"{category.name}: {listed} and more." if listed else ""


def _created(number: int) -> int:
    return _SINCE + number // 2 * 90 * SECOND
