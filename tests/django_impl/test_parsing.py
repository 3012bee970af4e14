"""Parsing of JSON and form bodies."""

import io
from typing import Any

import pytest

from django_impl.common.exceptions import ContentTooLarge, MalformedBody
from django_impl.common.http.parsers import MAX_BYTES, StrictFormParser, StrictJSONParser


def parse(body: bytes) -> Any:
    """Parse a JSON body."""
    return StrictJSONParser().parse(io.BytesIO(body))


def test_brackets_in_strings_do_not_count_as_nesting() -> None:
    assert parse(b'{"a":"' + b"[{" * 100 + b'\\""}') == {"a": "[{" * 100 + '"'}


def test_nesting_is_limited_to_64_levels() -> None:
    assert parse(b"[" * 64 + b"]" * 64)
    with pytest.raises(MalformedBody):
        parse(b"[" * 65 + b"]" * 65)


def test_unpaired_surrogate_is_rejected() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"
    with pytest.raises(MalformedBody):
        parse(b'"\\ud83d"')


def test_integers_have_no_digit_limit() -> None:
    assert parse(b"9" * 10_000) > 10**90
    assert parse(b"-" + b"9" * 10_000) < -(10**90)


@pytest.mark.parametrize(
    "body", [b"", b"\xef\xbb\xbf1", b"NaN", b"-Infinity", b'{"a":1,"a":1}', b"\xff", b"[" * MAX_BYTES]
)
def test_malformed_json_is_rejected(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        parse(body)


def test_body_above_the_limit_is_rejected() -> None:
    assert parse(b"1" + b" " * (MAX_BYTES - 1)) == 1
    with pytest.raises(ContentTooLarge):
        parse(b"1" + b" " * MAX_BYTES)


def test_form_keeps_repeated_and_empty_fields() -> None:
    assert dict(StrictFormParser().parse(io.BytesIO(b"a=1&a=&b=%C3%A9+x")).lists()) == {"a": ["1", ""], "b": ["é x"]}


def test_form_must_be_utf8() -> None:
    with pytest.raises(MalformedBody):
        StrictFormParser().parse(io.BytesIO(b"a=%ff"))
