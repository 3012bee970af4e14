"""Parsers for JSON and forms, which check the headers of the body and reject what the contract calls malformed."""

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
    """The base of parsers that accept UTF-8 only, and at most `max_bytes`."""

    max_bytes = MAX_BYTES


class StrictJSONParser(StrictParser):
    """Parses JSON as RFC 8259 defines it, so no NaN. DRF's parser accepts repeated keys and lone surrogates."""

    media_type = "application/json"

    def parse(
        self, stream: Readable, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed JSON. Raises MalformedBody, ContentTooLarge."""
        try:
            return _read_json(_read(stream).decode())
        except ValueError as error:
            raise MalformedBody from error


class StrictFormParser(StrictParser):
    """Parses a URL-encoded form. DRF's parser replaces bytes that are not UTF-8."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: Readable, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> QueryDict:
        """Return the fields of the form. Raises MalformedBody, ContentTooLarge."""
        form = QueryDict(mutable=True)
        try:
            for name, texts in parse_qs(_read(stream).decode(), keep_blank_values=True, errors="strict").items():
                form.setlist(name, texts)
        except ValueError as error:
            raise MalformedBody from error
        return form


def parse_body(request: Request) -> Any:
    """Return `request.data`. An empty body is parsed too, and so rejected; DRF would return an empty dictionary."""
    if request.stream is not None:
        return request.data
    return select_parser(request, request.parsers or ()).parse(io.BytesIO())


def select_parser(request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
    """Return the parser for the headers of the body. Raises UnsupportedMediaType, ContentTooLarge."""
    headers = request.META
    media_type, charset = parse_content_type(headers.get("CONTENT_TYPE", ""))
    for parser in parsers:
        # DRF's comparison would accept a range such as */* as the type of a body.
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
def parse_content_type(header: str) -> tuple[str, str]:
    """Return the media type and the charset of a Content-Type, in lower case; the charset is utf-8 by default."""
    message = Message()
    message["Content-Type"] = header
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


def _read(stream: Readable) -> bytes:
    try:
        body = stream.read(MAX_BYTES + 1)
    except OSError as error:  # Django's UnreadablePostError: the body is truncated, or its chunks are malformed
        raise MalformedBody from error
    if len(body) > MAX_BYTES:
        raise ContentTooLarge
    return body


# --8<-- [start:json]
def _read_json(text: str) -> Any:
    if text.count("[") + text.count("{") > MAX_NESTING and _depth(text) > MAX_NESTING:
        raise ValueError("nested too deep")
    value = json.loads(
        text, parse_int=shortened_integer, parse_constant=_reject, object_pairs_hook=_without_repeated_keys
    )
    if SURROGATE_ESCAPE.search(text):
        json.dumps(value, ensure_ascii=False).encode()  # a surrogate without its pair is not UTF-8
    return value
    # --8<-- [end:json]


def _depth(text: str) -> int:
    """Return how deep arrays and objects are nested. Brackets in strings do not count."""
    depth = deepest = 0
    for match in BRACKET_OR_STRING.finditer(text):
        if match[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "]}":
            depth -= 1
    return deepest


def _reject(literal: str) -> NoReturn:
    raise ValueError(literal)


def _without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("repeated key")
    return value
