"""The names on which cached products depend, and what a change of products drops."""

from collections.abc import Iterable

from django_impl.common.caching.drops import drop_on_commit

ALL = "products"  # each entry contains the name of a category, which all products can have
FEATURED = (ALL, "featured")


# --8<-- [start:drop]
def names_of(slug: str) -> tuple[str, str]:
    """Return the names on which the entry of a product depends."""
    return ALL, f"product:{slug}"


def drop_products(slugs: Iterable[str]) -> None:
    """Drop these products and the featured ones on commit. Any change can make a product a featured one."""
    drop_on_commit("featured", *(f"product:{slug}" for slug in slugs))


def drop_all_products() -> None:
    """Drop all products on commit."""
    drop_on_commit(ALL)
    # --8<-- [end:drop]
