"""Generate the tree of categories."""

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
    """A category. `number` and `parent` are positions in the order of creation."""

    number: int
    name: str
    parent: int | None
    product_types: tuple[str, ...] = ()


@cache
def categories() -> tuple[Category, ...]:
    """Return all categories, parents before children."""
    return tuple(_flatten(CATEGORIES))


@cache
def product_types() -> tuple[tuple[str, int], ...]:
    """Return the names of all product types, each with the number of its category."""
    return tuple((name, category.number) for category in categories() for name in category.product_types)


def category_key(seed: int, number: int) -> str:
    """Return the primary key of the category with that number."""
    first, second = numbers(seed, "category", number)[:2]
    return key(_created(number), first, second)


def category_rows(seed: int) -> Iterator[str]:
    """Yield the rows in the text format of COPY."""
    for each in categories():
        parent = r"\N" if each.parent is None else category_key(seed, each.parent)
        slug = slugify(each.name, max_length=100)
        fields = (category_key(seed, each.number), each.name, slug, _description(each), parent)
        yield "\t".join((*fields, timestamp(_created(each.number)))) + "\n"


def _flatten(tree: Tree) -> list[Category]:
    flat: list[Category] = []

    def visit(branch: Tree, parent: int | None) -> None:
        for name, below in branch.items():
            number = len(flat)
            flat.append(Category(number, name, parent, below if isinstance(below, tuple) else ()))
            if isinstance(below, dict):
                visit(below, number)

    visit(tree, None)
    return flat


def _description(category: Category) -> str:
    listed = ", ".join(name.lower() for name in category.product_types)
    return f"{category.name}: {listed} and more." if listed else ""


def _created(number: int) -> int:
    return _SINCE + number // 2 * 90 * SECOND
