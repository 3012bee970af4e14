"""Forms whose empty and repeated fields are distinguished from missing ones and single ones."""

from typing import Any

from pydantic import BeforeValidator
from starlette.datastructures import FormData

from fastapi_impl.common.http.parsers import read_form
from fastapi_impl.common.validation.errors import NotASingleValue

FORM = "application/x-www-form-urlencoded"


class SentFields(FormData):
    """The fields of a form; a repeated one is `NotASingleValue`, but FastAPI would use the last value."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of the field."""
        values = self.getlist(key)
        return NotASingleValue(values) if len(values) > 1 else super().get(key, default)


class FormBody(bytes):
    """The bytes of a form, with its `fields`.

    It is true even if it is empty, because FastAPI treats a false body as a missing one.
    """

    def __init__(self, content: bytes) -> None:
        self.fields = SentFields(read_form(content))

    def __bool__(self) -> bool:
        return True


def fields_of_form(body: Any) -> Any:
    """Return the fields by name, for Pydantic to validate; any other value is returned unchanged."""
    return {name: body.fields.get(name) for name in body.fields} if isinstance(body, FormBody) else body


# For `Body(media_type=FORM)`. With `Form()`, FastAPI treats an empty field as missing; the contract does not.
FORM_FIELDS = BeforeValidator(fields_of_form)
