from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db import connection, models
from django.db.models import F, Func, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import NullIf, Replace, Trim

from django_impl.common.validation.values import SLUG

if TYPE_CHECKING:
    from django_impl.products.models import Category, Product  # noqa: F401 - named in strings below

FEATURED = 10
ANCESTORS = """
WITH RECURSIVE line AS (
    SELECT id, parent_id FROM categories WHERE id = %s
    UNION
    SELECT categories.id, categories.parent_id FROM categories JOIN line ON categories.id = line.parent_id
)
SELECT 1 FROM line WHERE id = %s
"""


class CategoryQuerySet(models.QuerySet["Category"]):
    """Finds categories."""

    def called(self, slug: str) -> Self:
        """The one of this slug; what no slug looks like finds nothing."""
        return self.filter(slug=slug) if SLUG.fullmatch(slug) else self.none()

    def with_details(self) -> Self:
        """Add the parent's slug, and the number of active products directly in the category."""
        active = apps.get_model("products.Product").objects.on_sale().filter(category=OuterRef("pk"))
        # As a subquery for each category of the page; Count("products") would count for all categories, to show some.
        number = Func(template="COUNT(*)", output_field=models.IntegerField())
        return self.annotate(parent_slug=F("parent__slug"), product_count=Subquery(active.values(number=number)))

    def kept(self) -> Self:
        """Keep others from changing or deleting the rows until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True)

    def slugs_like(self, base: str) -> set[str]:
        """The slugs that are the base or begin with it and a hyphen."""
        return set(self.filter(Q(slug=base) | Q(slug__startswith=f"{base}-")).values_list("slug", flat=True))

    def is_above(self, category: "Category", other: "Category") -> bool:
        """Tell whether `category` is `other` or one of its ancestors."""
        with connection.cursor() as cursor:
            cursor.execute(ANCESTORS, [other.id, category.id])
            return bool(cursor.fetchone())


class ProductQuerySet(models.QuerySet["Product"]):
    """Finds products."""

    def called(self, slug: str) -> Self:
        """The one of this slug; what no slug looks like finds nothing."""
        return self.filter(slug=slug) if SLUG.fullmatch(slug) else self.none()

    def on_sale(self) -> Self:
        """Products that everybody may see and buy."""
        return self.filter(is_active=True)

    def in_category(self, slug: str) -> Self:
        """Products directly in the category of this slug."""
        # As one value, not as a join, so that the (category, created_at, id) index gives the page in order.
        category = apps.get_model("products.Category")
        return self.filter(category=category.objects.filter(slug=slug).values("pk")[:1])

    def in_stock(self, wanted: bool) -> Self:
        """Products of which at least one piece is there, or those of which none is."""
        return self.filter(stock__gt=0) if wanted else self.filter(stock=0)

    def matching(self, words: str) -> Self:
        """Products with a word that starts with each of `words`; none where there is no word."""
        return self.filter(search_vector=words_that_start_with(words))

    def featured(self) -> Self:
        """The newest products that can be bought."""
        return self.on_sale().in_stock(True).order_by("-created_at", "-id")[:FEATURED]

    def kept(self) -> Self:
        """Keep others from changing or deleting the rows until the transaction ends; locks in the order of ids."""
        return self.order_by("id").select_for_update(of=("self",), no_key=True)

    def slugs_like(self, base: str) -> set[str]:
        """The slugs that are the base or begin with it and a hyphen."""
        return set(self.filter(Q(slug=base) | Q(slug__startswith=f"{base}-")).values_list("slug", flat=True))


def words_that_start_with(words: str) -> SearchQuery:
    """Return the query for words that start with each of `words`, split as the search vector is; NULL where none is."""
    split = NullIf(Trim(regexp_replace(Value(words), "[^[:alnum:]]+", " ")), Value(""))
    prefixes = regexp_replace(Replace(split, Value(" "), Value(" & ")), "([[:alnum:]]+)", r"\1:*")
    return SearchQuery(prefixes, config="simple", search_type="raw")


def regexp_replace(text: Combinable, pattern: str, replacement: str) -> Func:
    """Return `text` with every match of the pattern replaced."""
    arguments = (Value(pattern), Value(replacement), Value("g"))
    return Func(text, *arguments, function="regexp_replace", output_field=models.TextField())
