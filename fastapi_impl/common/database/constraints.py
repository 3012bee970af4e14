"""Violated constraints of the database, as errors of the shop."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from fastapi_impl.common.exceptions import FieldError, InvalidRequest


@contextmanager
def unique_violation_as_invalid_request(constraint: str, pointer: str) -> Iterator[None]:
    """Raise InvalidRequest (`not_unique` at `pointer`) if the block violates the unique `constraint`."""
    try:
        yield
    except IntegrityError as error:
        if getattr(error.driver_exception, "constraint_name", None) != constraint:
            raise
        raise InvalidRequest([FieldError("body", pointer, "not_unique")]) from error
