"""Forms of pages: what was sent, and what is wrong with it. The schemas of the API validate them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from secrets import compare_digest
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from fastapi_impl.common.exceptions import FieldError, InvalidRequest, PermissionDenied
from fastapi_impl.common.http.forms import FORM
from fastapi_impl.common.http.parsers import parse_content_type
from fastapi_impl.common.validation.errors import field_errors
from fastapi_impl.config.settings import get_settings
from fastapi_impl.pages.sessions import CSRF_FIELD

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


def sent_fields(data: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Return the fields with these names. Browsers send an empty field for what was not filled in, so it is omitted."""
    return {name: data[name] for name in names if data.get(name)}


def validate[M: BaseModel](model: type[M], fields: Mapping[str, Any], *, in_: str = "body") -> M:
    """Return the validated fields. Raises InvalidRequest."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        details = [{**each, "loc": (in_, *each["loc"])} for each in error.errors()]
        raise InvalidRequest(field_errors(RequestValidationError(details))) from error


def messages_of(errors: Iterable[FieldError]) -> dict[str, str]:
    """Return the message of each field that is wrong."""
    return {error.pointer.rpartition("/")[2]: error.message for error in errors}
    # --8<-- [end:form]


# --8<-- [start:csrf]
async def get_checked_form(request: Request) -> dict[str, str]:
    """Return the fields of a form that a page of this session contained. Raises PermissionDenied."""
    expected = request.session.get(CSRF_FIELD)
    fields = await _read_fields(request)
    has_token = expected and compare_digest(fields.get(CSRF_FIELD, "").encode(), expected.encode())
    if not has_token or not _is_from_this_server(request):
        raise PermissionDenied
    return fields


async def _read_fields(request: Request) -> dict[str, str]:
    """Return the fields of the form, which is URL-encoded. Any other body has none."""
    if parse_content_type(request.headers.get("content-type", "")) != (FORM, "utf-8"):
        return {}
    body = await request.body()  # `PageRoute` has read it
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _is_from_this_server(request: Request) -> bool:
    """Return whether the origin, if the browser sent one, is that of this server."""
    origin, settings = request.headers.get("origin"), get_settings()
    # Behind a proxy that terminates TLS, the scheme of the request is http, and browsers send an origin with https.
    trusted = {f"https://{host}" for host in settings.allowed_hosts} if settings.secure_cookies else set()
    return origin in {None, f"{request.scope['scheme']}://{request.headers['host']}", *trusted}


CheckedForm = Annotated[dict[str, str], Depends(get_checked_form)]
# --8<-- [end:csrf]
