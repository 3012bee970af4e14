from typing import TYPE_CHECKING, Self

from django.db import connection, models
from django.db.models import F, Func, OuterRef, Subquery

from django_impl.common.database.querysets import SlugQuerySet

if TYPE_CHECKING:
    from django_impl.categories.models import Category

ANCESTORS = """
WITH RECURSIVE line AS (
    SELECT id, parent_id FROM categories WHERE id = %s
    UNION
    SELECT categories.id, categories.parent_id FROM categories JOIN line ON categories.id = line.parent_id
)
SELECT 1 FROM line WHERE id = %s
"""


class CategoryQuerySet(SlugQuerySet["Category"]):
    """Finds categories."""

    def with_details(self) -> Self:
        """Add the parent's slug, and the number of active products directly in the category."""
        # Here and not at the top, as the models of products import those of categories.
        from django_impl.products.models import Product

        active = Product.objects.active().filter(category=OuterRef("pk"))
        # As a subquery for each category of the page; Count("products") would count for all categories, to show some.
        number = Func(template="COUNT(*)", output_field=models.IntegerField())
        return self.annotate(parent_slug=F("parent__slug"), product_count=Subquery(active.values(number=number)))

    def locked(self) -> Self:
        """Keep others from changing or deleting the rows until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True)


def is_above(category: "Category", other: "Category") -> bool:
    """Tell whether `category` is `other` or one of its ancestors."""
    with connection.cursor() as cursor:
        cursor.execute(ANCESTORS, [other.pk, category.pk])
        return bool(cursor.fetchone())
