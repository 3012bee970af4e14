"""Slugs are derived from names."""

import pytest

from django_impl.common.slugs import free_slug, slug_base, slug_stem


def test_slug_is_derived_from_name() -> None:
    assert slug_base("Café au lait, grün!", max_length=200, otherwise="product") == "cafe-au-lait-grun"
    assert slug_base("☕", max_length=200, otherwise="product") == "product"
    assert slug_base("a" * 300, max_length=200, otherwise="product") == "a" * 200


def test_taken_slug_gets_lowest_free_number() -> None:
    assert free_slug("lamp", set()) == "lamp"
    assert free_slug("lamp", {"lamp", "lamp-2", "lamp-4"}) == "lamp-3"
    assert free_slug("lamp", {"lamp-2"}) == "lamp"


@pytest.mark.parametrize(
    ("base", "stem"), [("lamp", "lamp"), ("lamp-2", "lamp"), ("lamp-2-3", "lamp"), ("2", "2"), ("lamp-2b", "lamp-2b")]
)
def test_bases_with_same_stem_share_lock(base: str, stem: str) -> None:
    assert slug_stem(base) == stem
