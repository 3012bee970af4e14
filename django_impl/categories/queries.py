from typing import TYPE_CHECKING, Self

from django.db import connection, models
from django.db.models import F, Func, OuterRef, Subquery

from django_impl.common.database.querysets import SlugQuerySet

if TYPE_CHECKING:
    from django_impl.categories.models import Category
    from django_impl.products.queries import ProductQuerySet

ANCESTORS = """
WITH RECURSIVE ancestors AS (
    SELECT id, parent_id FROM categories WHERE id = %s
    UNION
    SELECT categories.id, categories.parent_id FROM categories JOIN ancestors ON categories.id = ancestors.parent_id
)
SELECT 1 FROM ancestors WHERE id = %s
"""


class CategoryQuerySet(SlugQuerySet["Category"]):
    """Queries for categories."""

    def with_details(self, *, products: "ProductQuerySet") -> Self:
        """Add the parent's slug, and the number of those of `products` that are directly in the category.

        The caller passes the products, because this module cannot import their model: products depend on categories.
        """
        in_category = products.filter(category=OuterRef("pk"))
        # A subquery, because Count("products") would count the products of all categories to show those of one page.
        number = Func(template="COUNT(*)", output_field=models.IntegerField())
        return self.annotate(parent_slug=F("parent__slug"), product_count=Subquery(in_category.values(number=number)))

    def by_name(self) -> Self:
        """Return the categories in the order of their names."""
        return self.order_by("name", "id")

    def locked(self) -> Self:
        """Lock the rows against changes and deletion until the transaction ends (FOR NO KEY UPDATE)."""
        return self.select_for_update(of=("self",), no_key=True)


def is_ancestor_or_self(category: "Category", other: "Category") -> bool:
    """Return whether `category` is `other` or one of its ancestors."""
    with connection.cursor() as cursor:
        cursor.execute(ANCESTORS, [other.pk, category.pk])
        return bool(cursor.fetchone())
