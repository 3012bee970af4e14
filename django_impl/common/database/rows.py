"""Single rows."""

from django.db.models import Model, QuerySet

from django_impl.common.exceptions import NotFound


def get_or_not_found[M: Model](rows: QuerySet[M]) -> M:
    """Return the only row of `rows`. Raises NotFound if there is none.

    Django's get_object_or_404 raises an HTTP error, which services do not know.
    """
    row = next(iter(rows), None)
    if row is None:
        raise NotFound
    return row
