from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Count, Func, Value, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Now, NullIf, Replace, Trim

from django_impl.categories.models import Category
from django_impl.common.database.querysets import SlugQuerySet
from django_impl.contract import EVENTS, REPORTS

if TYPE_CHECKING:
    from django_impl.products.models import Product  # noqa: F401 - named in strings below

FEATURED_LIMIT = 10
NEW = timedelta(seconds=REPORTS["new_seconds"])


class ProductQuerySet(SlugQuerySet["Product"]):
    """Queries for products."""

    def active(self) -> Self:
        """Return the products that are sold. Others exist for staff only."""
        return self.filter(is_active=True)

    def in_category(self, slug: str) -> Self:
        """Return the products directly in the category with this slug."""
        # A subquery and not a join, so that the index (category, created_at, id) returns the page in order.
        return self.filter(category=Category.objects.filter(slug=slug).values("pk")[:1])

    def min_price(self, price: Decimal) -> Self:
        """Return the products of this price or more."""
        return self.filter(price__gte=price)

    def max_price(self, price: Decimal) -> Self:
        """Return the products of this price or less."""
        return self.filter(price__lte=price)

    def in_stock(self, wanted: bool) -> Self:
        """Return the products with a stock of at least 1, or those with a stock of 0."""
        return self.filter(stock__gt=0) if wanted else self.filter(stock=0)

    def is_active(self, wanted: bool) -> Self:
        """Return the products that are active, or those that are not."""
        return self.filter(is_active=wanted)

    def matching(self, words: str) -> Self:
        """Return the products that have, for each of `words`, a word that starts with it; none if there is no word."""
        return self.filter(search_vector=words_that_start_with(words))

    def featured(self) -> Self:
        """Return the newest products that are active and in stock."""
        return self.active().in_stock(True).order_by("-created_at", "-id")[:FEATURED_LIMIT]

    def new(self) -> Self:
        """Return the products that were created in the time that a report looks back, the newest first."""
        return self.filter(created_at__gte=Now() - NEW).order_by("-created_at", "-id")

    def low_in_stock(self) -> Self:
        """Return the active products of which few pieces are left, those with the fewest first."""
        return self.active().filter(stock__lt=EVENTS["low_stock"]).order_by("stock", "slug")

    def with_total(self) -> Self:
        """Add the number of all products of the query to each, as `total`. A limit does not change it."""
        return self.annotate(total=Window(Count("*")))

    def locked(self) -> Self:
        """Lock the rows, in id order, against changes and deletion until the transaction ends (FOR NO KEY UPDATE)."""
        return self.order_by("id").select_for_update(of=("self",), no_key=True)


def words_that_start_with(words: str) -> SearchQuery:
    """Return the tsquery for words that start with `words`, split as the search vector is; NULL without words."""
    split = NullIf(Trim(regexp_replace(Value(words), "[^[:alnum:]]+", " ")), Value(""))
    prefixes = regexp_replace(Replace(split, Value(" "), Value(" & ")), "([[:alnum:]]+)", r"\1:*")
    return SearchQuery(prefixes, config="simple", search_type="raw")


def regexp_replace(text: Combinable, pattern: str, replacement: str) -> Func:
    """Return SQL's `regexp_replace` of every match of the pattern in `text`."""
    arguments = (Value(pattern), Value(replacement), Value("g"))
    return Func(text, *arguments, function="regexp_replace", output_field=models.TextField())
