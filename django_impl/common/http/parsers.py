"""Parsers for JSON and forms, which check the headers of the body and reject what the contract calls malformed."""

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from functools import lru_cache
from typing import Any, NoReturn, Protocol
from urllib.parse import parse_qs

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from multipart import (  # type: ignore[import-untyped] # not marked as typed
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)
from rest_framework.parsers import BaseParser, DataAndFiles
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches

from django_impl.common.exceptions import ContentTooLarge, MalformedBody, UnsupportedMediaType
from django_impl.common.validation.values import shortened_integer
from django_impl.contract import BODIES, IMAGES

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
            return _read_json(_read(stream, self.max_bytes).decode())
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
            body = _read(stream, self.max_bytes).decode()
            for name, texts in parse_qs(body, keep_blank_values=True, errors="strict").items():
                form.setlist(name, texts)
        except ValueError as error:
            raise MalformedBody from error
        return form


# --8<-- [start:page-form]
def read_page_form(request: HttpRequest) -> QueryDict:
    """Return the fields of the form of a page, which is URL-encoded. Any other body has none.

    Raises MalformedBody, ContentTooLarge. Django itself would read a form with files, a form of any size, and Latin-1.
    """
    _check_length(request.META, MAX_BYTES)
    body = _read(request, MAX_BYTES)
    is_form = parse_content_type(request.META.get("CONTENT_TYPE", "")) == (StrictFormParser.media_type, "utf-8")
    return QueryDict(body.decode(errors="replace") if is_form else "")
    # --8<-- [end:page-form]


# --8<-- [start:multipart]
class StrictMultiPartParser(StrictParser):
    """Parses a form with files. Django's parser leaves out a part that has no end or no name, and decodes base64."""

    media_type = "multipart/form-data"
    max_bytes: int = IMAGES["max_form_bytes"]
    max_file_bytes: int = IMAGES["max_bytes"]

    def parse(
        self, stream: Readable, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[QueryDict, MultiValueDict[str, InMemoryUploadedFile]]":
        """Return fields and files. A file without a file name is left out. Raises MalformedBody, ContentTooLarge."""
        fields = QueryDict(mutable=True)
        files: MultiValueDict[str, InMemoryUploadedFile] = MultiValueDict()
        try:
            for part, content in _read_parts(_read(stream, self.max_bytes), media_type or ""):
                if len(content) > self.max_file_bytes:
                    raise ContentTooLarge
                if part.filename is None:
                    fields.appendlist(part.name, content.decode())
                elif part.filename:
                    file = InMemoryUploadedFile(
                        io.BytesIO(content), part.name, None, part.content_type, len(content), part.charset
                    )
                    files.appendlist(part.name, file)
        except ValueError as error:
            raise MalformedBody from error
        return DataAndFiles(fields, files)
        # --8<-- [end:multipart]


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
        _check_length(headers, parser.max_bytes)
    return parser


@lru_cache
def parse_content_type(header: str) -> tuple[str, str]:
    """Return the media type and the charset of a Content-Type, in lower case; the charset is utf-8 by default."""
    message = Message()
    message["Content-Type"] = header
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


def _check_length(headers: Mapping[str, Any], max_bytes: int) -> None:
    """Raise ContentTooLarge for the Content-Length of a body that is too large. The server does not receive it."""
    if "HTTP_TRANSFER_ENCODING" not in headers and int(headers.get("CONTENT_LENGTH") or 0) > max_bytes:
        raise ContentTooLarge


def _read(stream: Readable, max_bytes: int) -> bytes:
    try:
        body = stream.read(max_bytes + 1)
    except OSError as error:  # Django's UnreadablePostError: the body is truncated, or its chunks are malformed
        raise MalformedBody from error
    if len(body) > max_bytes:
        raise ContentTooLarge
    return body


def _read_parts(body: bytes, content_type: str) -> Iterator[tuple[MultipartSegment, bytes]]:
    """Yield the parts of a multipart form with their content. Raises MultipartError, which is a ValueError."""
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    with PushMultipartParser(boundary, max_segment_count=IMAGES["max_form_parts"], strict=True) as parser:
        content = b""
        for event in parser.parse(body):
            match event:
                case MultipartSegment():
                    segment, content = event, b""
                case None:
                    yield segment, content
                case bytes():
                    content += event


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
