"""Forms of pages: what was sent, and what is wrong with it. The serializers of the API validate them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework.serializers import BaseSerializer

from django_impl.common.exceptions import FieldError, InvalidRequest
from django_impl.common.http.framework_exceptions import field_errors

FILTERS = ("search", "category", "min_price", "max_price", "in_stock", "ordering", "cursor")
ORDERINGS = {
    "-created_at": "Newest first",
    "created_at": "Oldest first",
    "price": "Lowest price first",
    "-price": "Highest price first",
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
}
REGISTRATION = ("full_name", "email", "password")
CREDENTIALS = ("username", "password")
ORDER = ("quantity",)


# --8<-- [start:form]
@dataclass(frozen=True)
class Form:
    """A form that a page shows: the text of each field, the errors of fields, and an error of the whole form."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""


def sent_fields(data: QueryDict, names: Collection[str]) -> dict[str, str]:
    """Return the fields with these names. Browsers send an empty field for what was not filled in, so it is omitted."""
    return {name: str(data[name]) for name in names if data.get(name)}


def validate[S: BaseSerializer[Any]](serializer: S) -> S:
    """Return the serializer with validated data. Raises InvalidRequest."""
    if not serializer.is_valid():
        raise InvalidRequest([*field_errors(serializer.errors, "body")])
    return serializer


def as_form(fields: Mapping[str, str]) -> MultiValueDict[str, str]:
    """Return the fields in the form in which serializers of forms and queries read them."""
    return MultiValueDict({name: [text] for name, text in fields.items()})


def messages_of(errors: Iterable[FieldError]) -> dict[str, str]:
    """Return the message of each field that is wrong."""
    return {error.pointer.rpartition("/")[2]: error.message for error in errors}
    # --8<-- [end:form]
