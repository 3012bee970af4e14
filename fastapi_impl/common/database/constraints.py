"""Errors of constraints as errors of fields."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from fastapi_impl.common.exceptions import FieldError, InvalidRequest


@contextmanager
def unique_violation_as_422(constraint: str, pointer: str) -> Iterator[None]:
    """Turn a violation of the unique `constraint` into a 422 at `pointer`."""
    try:
        yield
    except IntegrityError as error:
        if getattr(error.driver_exception, "constraint_name", None) != constraint:
            raise
        raise InvalidRequest([FieldError("body", pointer, "not_unique")]) from error
