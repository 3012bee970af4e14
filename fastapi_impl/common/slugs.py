"""Slugs made from names."""

import re
from collections.abc import Collection
from itertools import count

from slugify import slugify

SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
NUMBER = re.compile(r"(-[0-9]+)+$")


def slug_base(name: str, *, longest: int, otherwise: str) -> str:
    """Return the slug that `name` asks for; `otherwise` when nothing of the name is left."""
    return slugify(name, max_length=longest) or otherwise


def free_slug(base: str, taken: Collection[str]) -> str:
    """Return the base, or the lowest free of base-2, base-3, ..."""
    if base not in taken:
        return base
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)


def slug_stem(base: str) -> str:
    """Return the base without its numbers: `lamp` and `lamp-2` may want the same slug, so they share one lock."""
    return NUMBER.sub("", base) or base
