"""QuerySets of models that have a slug."""

from typing import Self

from django.db import models
from django.db.models import Q

from django_impl.common.validation.values import SLUG


class SlugQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Finds rows by their slug."""

    def with_slug(self, slug: str) -> Self:
        """The one of this slug; what no slug looks like finds nothing."""
        return self.filter(slug=slug) if SLUG.fullmatch(slug) else self.none()

    def slugs_like(self, base: str) -> set[str]:
        """The slugs that are the base or begin with it and a hyphen."""
        return set(self.filter(Q(slug=base) | Q(slug__startswith=f"{base}-")).values_list("slug", flat=True))
