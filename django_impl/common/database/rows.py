"""Rows that have to be there."""

from django.db.models import Model, QuerySet

from django_impl.common.exceptions import NotFound


def get_or_not_found[M: Model](rows: QuerySet[M]) -> M:
    """Return the only row of `rows`, or raise NotFound."""
    row = next(iter(rows), None)
    if row is None:
        raise NotFound
    return row
