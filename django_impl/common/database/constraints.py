"""Violated constraints of the database, as errors of the shop."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from django_impl.common.exceptions import FieldError, InvalidRequest


@contextmanager
def unique_violation_as_invalid_request(constraint: str, pointer: str) -> Iterator[None]:
    """Raise InvalidRequest (`not_unique` at `pointer`) where the block violates the unique `constraint`."""
    try:
        yield
    except IntegrityError as error:
        diagnostics = getattr(error.__cause__, "diag", None)
        if diagnostics is None or diagnostics.constraint_name != constraint:
            raise
        raise InvalidRequest([FieldError("body", pointer, "not_unique")]) from error
