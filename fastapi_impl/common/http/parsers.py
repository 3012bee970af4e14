"""Parsers for JSON (RFC 8259) and URL-encoded forms in UTF-8, which reject what the contract calls malformed."""

import io
import json
from collections.abc import Iterator, Mapping
from email.message import Message
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from multipart import (  # type: ignore[import-untyped] # not marked as typed
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)
from starlette.datastructures import Headers, UploadFile

from fastapi_impl.common.exceptions import ContentTooLarge, MalformedBody
from fastapi_impl.contract import BODIES, IMAGES


@lru_cache
def parse_content_type(header: str) -> tuple[str, str]:
    """Return the media type and the charset of a Content-Type, in lower case; the charset is utf-8 by default."""
    message = Message()
    message["content-type"] = header
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


def read_form(body: bytes) -> list[tuple[str, str | UploadFile]]:
    """Return the names and values of a URL-encoded form, or raise MalformedBody where they are not UTF-8."""
    try:
        return [*parse_qsl(body.decode(), keep_blank_values=True, errors="strict")]
    except UnicodeDecodeError as error:
        raise MalformedBody from error


# --8<-- [start:multipart]
def read_multipart(body: bytes, content_type: str, limits: Mapping[str, int]) -> list[tuple[str, str | UploadFile]]:
    """Return the names and values of a multipart form, or raise MalformedBody, ContentTooLarge.

    A file without a file name is left out. `limits` are FastAPI's `form_limits`. Starlette's parser leaves out
    a part that has no end.
    """
    form: list[tuple[str, str | UploadFile]] = []
    try:
        for part, content in _read_parts(body, content_type):
            if len(content) > IMAGES["max_bytes"]:
                raise ContentTooLarge
            if part.filename is None:
                form.append((part.name or "", content.decode()))
            elif part.filename:
                headers = Headers(raw=[(name.lower().encode(), value.encode()) for name, value in part.headerlist])
                file = UploadFile(io.BytesIO(content), size=len(content), filename=part.filename, headers=headers)
                form.append((part.name or "", file))
    except ValueError as error:
        raise MalformedBody from error
    _check_limits(form, limits)
    return form


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
                    # --8<-- [end:multipart]


def _check_limits(form: list[tuple[str, str | UploadFile]], limits: Mapping[str, int]) -> None:
    fields = [value for _, value in form if isinstance(value, str)]
    max_size = limits.get("max_part_size", BODIES["max_bytes"])
    is_exceeded = (
        len(fields) > limits.get("max_fields", len(fields))
        or len(form) - len(fields) > limits.get("max_files", len(form))
        or any(len(value.encode()) > max_size for value in fields)
    )
    if is_exceeded:
        raise MalformedBody


# --8<-- [start:json]
def read_json(body: bytes) -> Any:
    """Return the value of a JSON text, or raise MalformedBody.

    Python's parser accepts NaN, repeated keys and lone surrogates; the contract does not.
    """
    try:
        text = body.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_reject_constant)
        if text.count("[") + text.count("{") > BODIES["max_nesting"]:
            _check_nesting(value, BODIES["max_nesting"])
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # fails for a lone surrogate
    except (ValueError, RecursionError) as error:
        raise MalformedBody from error
    return value
    # --8<-- [end:json]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("repeated key")
    return members


def _integer(literal: str) -> int:
    """Return the integer of the first 100 digits. Python raises for thousands of digits; all limits are far lower."""
    return int(literal[:100])


def _reject_constant(name: str) -> None:
    raise ValueError(name)


def _check_nesting(value: Any, left: int) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        if left == 0:
            raise ValueError("too deep")
        for member in value:
            _check_nesting(member, left - 1)
