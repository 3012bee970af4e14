"""A request that is read as strictly as the contract says, and in its order.

FastAPI reads the body before it asks who is calling. So a body that cannot be taken is not refused at once: it is
handed on as the class of its error, which no schema accepts, and `validation.py` answers with that error when nothing
that comes earlier in the order has answered already.
"""

import json
from email.message import Message
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from fastapi_impl.common.contract import BODIES
from fastapi_impl.common.errors import ContentTooLarge, MalformedBody, ShopError, UnsupportedMediaType

FORM = "application/x-www-form-urlencoded"


class GivenOnce(QueryParams):
    """Gives a parameter as a string if it came once and with a value, otherwise as the list of its values."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value; the list is empty where the value is, and no type of a query accepts a list."""
        match self.getlist(key):
            case []:
                return default
            case [""]:
                return []
            case [value]:
                return value
            case values:
                return values


class Form(dict[str, Any]):
    """The fields of a form; true without any as well, or FastAPI would take an empty form for a missing body."""

    def __bool__(self) -> bool:
        return True


class StrictRequest(Request):
    """Reads query and body; `media_type` is what the operation's body has to be."""

    def __init__(self, scope: Scope, receive: Receive, media_type: str) -> None:
        super().__init__(scope, receive)
        self.media_type = media_type
        self._content: bytes | Form | type[ShopError] | None = None

    @cached_property
    def query_params(self) -> QueryParams:
        """The parameters, with the empty and the repeated ones told apart."""
        text = self.scope["query_string"].decode("utf-8", "replace")
        return GivenOnce(parse_qsl(text, keep_blank_values=True))

    async def body(self) -> Any:
        """Return the bytes of a JSON body, the fields of a form, or the class of the error that the body is."""
        if self._content is None:
            try:
                self._content = await self._read()
            except ShopError as error:
                self._content = type(error)
        return self._content

    async def json(self) -> Any:
        """Return what a JSON body says, or the class of the error that it is."""
        body = await self.body()
        try:
            return read_json(body) if isinstance(body, bytes) else body
        except (ValueError, RecursionError):
            return MalformedBody

    def _check_headers(self) -> None:
        """Refuse a body of another type, charset or encoding."""
        if content_type(self.headers.get("content-type", "")) != (self.media_type, "utf-8"):
            raise UnsupportedMediaType
        if self.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaType

    async def _read(self) -> bytes | Form:
        self._check_headers()
        body = bytearray()
        async for chunk in self.stream():
            body += chunk
            if len(body) > BODIES["max_bytes"]:
                raise ContentTooLarge
        if self.media_type == FORM:
            return read_form(bytes(body))
        if not body:
            raise MalformedBody
        return bytes(body)


def read_form(body: bytes) -> Form:
    """Return the fields, a repeated one as the list of its values; raises MalformedBody where it is not UTF-8."""
    values: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(body.decode(), keep_blank_values=True, errors="strict"):
            values.setdefault(name, []).append(value)
    except UnicodeDecodeError as error:
        raise MalformedBody from error
    return Form({name: given[0] if len(given) == 1 else given for name, given in values.items()})


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
