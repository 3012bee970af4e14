"""The base of QuerySets whose models have a slug."""

from typing import Self

from django.db import models
from django.db.models import Q

from django_impl.common.slugs import SLUG


class SlugQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Queries by slug."""

    def by_slug(self, slug: str) -> Self:
        """Return the row with this slug; none, without a query, if the text is not a slug."""
        return self.filter(slug=slug) if SLUG.fullmatch(slug) else self.none()

    def slugs_like(self, base: str) -> set[str]:
        """Return the slugs that are equal to the base, or begin with it and a hyphen."""
        return set(self.filter(Q(slug=base) | Q(slug__startswith=f"{base}-")).values_list("slug", flat=True))
