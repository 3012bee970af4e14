from sqlalchemy.exc import IntegrityError

from fastapi_impl.common.errors import FieldError, InvalidRequest


def not_unique(error: IntegrityError, **pointers: str) -> Exception:
    """Return what a violated constraint means to the client; `pointers` names the field of each that means anything."""
    name = getattr(error.orig and error.orig.__cause__, "constraint_name", None)
    if name not in pointers:
        return error
    return InvalidRequest([FieldError("body", pointers[name], "not_unique")])
