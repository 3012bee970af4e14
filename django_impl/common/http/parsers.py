"""Bodies from bytes: which headers a body needs, and what is well-formed JSON or a well-formed form."""

import io
import json
import re
from collections.abc import Iterable, Mapping
from email.message import Message
from functools import lru_cache
from typing import Any, NoReturn, Protocol
from urllib.parse import parse_qs

from django.http import QueryDict
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches

from django_impl.common.exceptions import ContentTooLarge, MalformedBody, UnsupportedMediaType
from django_impl.common.validation.values import shortened_integer
from django_impl.contract import BODIES

MAX_BYTES: int = BODIES["max_bytes"]
MAX_NESTING: int = BODIES["max_nesting"]
BRACKET_OR_STRING = re.compile(r'[\[{\]}]|"(?:[^"\\]|\\.)*"?', re.DOTALL)
SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class Readable(Protocol):
    """A request, or another stream of bytes."""

    def read(self, size: int, /) -> bytes: ...


class StrictParser(BaseParser):
    """Takes UTF-8 alone, and no more than `max_bytes`."""

    max_bytes = MAX_BYTES


class StrictJSONParser(StrictParser):
    """RFC 8259 and no more: DRF's lets NaN, repeated keys and lone surrogates pass."""

    media_type = "application/json"

    def parse(
        self, stream: Readable, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the JSON text says."""
        try:
            return _read_json(_read(stream).decode())
        except ValueError as error:
            raise MalformedBody from error


class StrictFormParser(StrictParser):
    """A URL-encoded form in UTF-8."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: Readable, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> QueryDict:
        """Return the fields."""
        form = QueryDict(mutable=True)
        try:
            for name, texts in parse_qs(_read(stream).decode(), keep_blank_values=True, errors="strict").items():
                form.setlist(name, texts)
        except ValueError as error:
            raise MalformedBody from error
        return form


def parsed(request: Request) -> Any:
    """Return `request.data`, but let the parser judge an empty body too, for which DRF calls none."""
    if request.stream is not None:
        return request.data
    return parser_of(request, request.parsers or ()).parse(io.BytesIO())


def parser_of(request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
    """Return the parser of the body, or refuse a body that its headers say none of them takes."""
    headers = request.META
    media_type, charset = content_type(headers.get("CONTENT_TYPE", ""))
    for parser in parsers:
        # A range such as */* is no type of a body, and DRF's comparison takes it for any.
        if "*" not in media_type and media_type_matches(parser.media_type, media_type):
            break
    else:
        raise UnsupportedMediaType
    if headers.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType
    if isinstance(parser, StrictParser):
        if charset != "utf-8":
            raise UnsupportedMediaType
        if "HTTP_TRANSFER_ENCODING" not in headers and int(headers.get("CONTENT_LENGTH") or 0) > parser.max_bytes:
            raise ContentTooLarge
    return parser


@lru_cache
def content_type(header: str) -> tuple[str, str]:
    """Return media type and charset, in lower case; UTF-8 where no charset is named."""
    message = Message()
    message["Content-Type"] = header
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


def _read(stream: Readable) -> bytes:
    try:
        body = stream.read(MAX_BYTES + 1)
    except OSError as error:  # Django's UnreadablePostError: chunks that are none, or not all of them
        raise MalformedBody from error
    if len(body) > MAX_BYTES:
        raise ContentTooLarge
    return body


# --8<-- [start:json]
def _read_json(text: str) -> Any:
    if text.count("[") + text.count("{") > MAX_NESTING and _depth(text) > MAX_NESTING:
        raise ValueError("nested too deep")
    value = json.loads(
        text, parse_int=shortened_integer, parse_constant=_refuse, object_pairs_hook=_without_repeated_keys
    )
    if SURROGATE_ESCAPE.search(text):
        json.dumps(value, ensure_ascii=False).encode()  # a surrogate without its pair is not UTF-8
    return value
    # --8<-- [end:json]


def _depth(text: str) -> int:
    """Return how deep arrays and objects are nested; brackets in strings do not count."""
    depth = deepest = 0
    for match in BRACKET_OR_STRING.finditer(text):
        if match[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "]}":
            depth -= 1
    return deepest


def _refuse(literal: str) -> NoReturn:
    raise ValueError(literal)


def _without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("repeated key")
    return value
