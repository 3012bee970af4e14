"""A request that is read as strictly as the contract says.

FastAPI reads the body before it asks who is calling. So the error of a body that cannot be taken is not raised at once:
`ContractRoute` keeps it until nothing that comes earlier in the order has answered.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cached_property, lru_cache
from typing import Any, Self
from urllib.parse import parse_qsl

from fastapi import Request, params
from fastapi._compat import ModelField
from pydantic import BeforeValidator
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect

from fastapi_impl.common.exceptions import ContentTooLarge, MalformedBody, ShopError, UnsupportedMediaType
from fastapi_impl.contract import BODIES

FORM = "application/x-www-form-urlencoded"


class Repeated(list[Any]):
    """The values of a field or a parameter that came several times, or empty: no type but a list accepts it."""


class SingleValueQueryParams(QueryParams):
    """Gives a parameter as a string if it came once and with a value, otherwise as the list of its values."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value; the list is empty where the value is, and no type of a query accepts a list."""
        match self.getlist(key):
            case []:
                return default
            case [""]:
                return Repeated()
            case [value]:
                return value
            case values:
                return Repeated(values)


class SentFields(FormData):
    """Gives a field as a string if it came once, otherwise as the list of its values."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value."""
        values = self.getlist(key)
        return Repeated(values) if len(values) > 1 else super().get(key, default)


class FormBody(bytes):
    """The bytes of a form and its `fields`; true without any as well, or FastAPI would take it for a missing body."""

    def __init__(self, content: bytes) -> None:
        self.fields = SentFields(read_pairs(content))

    def __bool__(self) -> bool:
        return True


def fields_of_form(body: Any) -> Any:
    """Return the fields by name, as Pydantic validates them; what is no form is left for it to refuse."""
    return {name: body.fields.get(name) for name in body.fields} if isinstance(body, FormBody) else body


# For `Body(media_type=FORM)`; of `Form()` FastAPI takes empty fields for missing ones, which the contract tells apart.
FORM_FIELDS = BeforeValidator(fields_of_form)


@dataclass(frozen=True)
class ExpectedBody:
    """What an operation declares of its body; FastAPI itself reads it as a form where `is_form`."""

    media_type: str
    is_form: bool
    is_required: bool
    form_limits: Mapping[str, Any]

    @classmethod
    def of(cls, field: ModelField | None, form_limits: Mapping[str, Any]) -> Self | None:
        """Return what FastAPI's field says, or None for an operation without a body."""
        if field is None or not isinstance(field.field_info, params.Body):
            return None
        info = field.field_info
        return cls(info.media_type, isinstance(info, params.Form), info.is_required(), form_limits)


class StrictRequest(Request):
    """Reads query and body as the contract says."""

    @cached_property
    def query_params(self) -> QueryParams:
        """The parameters, with the empty and the repeated ones told apart."""
        text = self.scope["query_string"].decode("utf-8", "replace")
        return SingleValueQueryParams(parse_qsl(text, keep_blank_values=True))

    async def read(self, expected: ExpectedBody) -> ShopError | None:
        """Read the body that the operation expects; return the error that it is, in place of which none is left."""
        try:
            if not expected.is_required and not self.headers.get("content-type") and not await self.body():
                return None
            self._check_headers(expected)
            await self._parse(expected)
        except ShopError as error:
            self._body, self._form = b"", FormData()
            return error
        return None

    async def body(self) -> bytes:
        """Return the bytes; raises ContentTooLarge, and MalformedBody where the client went away."""
        if not hasattr(self, "_body"):
            body = bytearray()
            try:
                async for chunk in self.stream():
                    body += chunk
                    if len(body) > BODIES["max_bytes"]:
                        raise ContentTooLarge
            except ClientDisconnect as error:
                raise MalformedBody from error
            self._body = bytes(body)
        return self._body

    async def json(self) -> Any:
        """Return what a JSON body says; raises MalformedBody."""
        if not hasattr(self, "_json"):
            try:
                self._json = read_json(await self.body())
            except (ValueError, RecursionError) as error:
                raise MalformedBody from error
        return self._json

    def _check_headers(self, expected: ExpectedBody) -> None:
        """Refuse a body of another type, charset or encoding."""
        if content_type(self.headers.get("content-type", "")) != (expected.media_type, "utf-8"):
            raise UnsupportedMediaType
        if self.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaType

    async def _parse(self, expected: ExpectedBody) -> None:
        """Parse now what FastAPI asks for later: an error is to wait for its place in the order."""
        body = await self.body()
        match expected.media_type:
            case "application/x-www-form-urlencoded" if expected.is_form:
                self._form = SentFields(read_pairs(body))
            case "application/x-www-form-urlencoded":
                self._body = FormBody(body)
            case _ if expected.is_form:
                await self._parse_parts(expected.form_limits)
            case _ if not body and expected.is_required:
                raise MalformedBody
            case media_type if body and media_type.endswith(("/json", "+json")):
                await self.json()

    async def _parse_parts(self, limits: Mapping[str, Any]) -> None:
        try:
            await self.form(**limits)
        except (HTTPException, MultiPartException) as error:
            raise MalformedBody from error


def read_pairs(body: bytes) -> list[tuple[str, str | UploadFile]]:
    """Return the fields with their values; raises MalformedBody where the form is not UTF-8."""
    try:
        return [*parse_qsl(body.decode(), keep_blank_values=True, errors="strict")]
    except UnicodeDecodeError as error:
        raise MalformedBody from error


@lru_cache
def content_type(header: str) -> tuple[str, str]:
    """Return media type and charset, in lower case; UTF-8 where no charset is named."""
    message = Message()
    message["content-type"] = header
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


# --8<-- [start:json]
def read_json(body: bytes) -> Any:
    """Return the value; raises ValueError or RecursionError where the body is not the JSON of the contract."""
    text = body.decode()
    value = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_refuse_constant)
    if text.count("[") + text.count("{") > BODIES["max_nesting"]:
        _check_nesting(value, BODIES["max_nesting"])
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()  # fails on a lone surrogate
    return value
    # --8<-- [end:json]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("repeated key")
    return members


def _integer(literal: str) -> int:
    """Read only the first digits of a literal that no bound admits: Python refuses to convert thousands of them."""
    return int(literal[:100])


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check_nesting(value: Any, left: int) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        if left == 0:
            raise ValueError("too deep")
        for member in value:
            _check_nesting(member, left - 1)
