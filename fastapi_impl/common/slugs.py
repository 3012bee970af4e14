"""Slugs made from names."""

import re
from collections.abc import Collection
from itertools import count

from slugify import slugify

SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
NUMBER = re.compile(r"(-[0-9]+)+$")


def slug_base(name: str, *, max_length: int, otherwise: str) -> str:
    """Return the slug made from `name`, or `otherwise` if the name has no letter or digit that a slug can contain."""
    return slugify(name, max_length=max_length) or otherwise


def free_slug(base: str, taken: Collection[str]) -> str:
    """Return the base, or the first of base-2, base-3, ... that is not taken."""
    if base not in taken:
        return base
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)


def slug_stem(base: str) -> str:
    """Return the base without trailing numbers. `lamp` and `lamp-2` can get the same slug, so they share one lock."""
    return NUMBER.sub("", base) or base
