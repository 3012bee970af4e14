"""Bodies from bytes."""

import io
from typing import Any

import pytest

from django_impl.common.exceptions import ContentTooLarge, MalformedBody
from django_impl.common.http.parsers import MAX_BYTES, StrictFormParser, StrictJSONParser


def parsed(body: bytes) -> Any:
    """Parse a JSON body."""
    return StrictJSONParser().parse(io.BytesIO(body))


def test_brackets_in_strings_are_no_nesting() -> None:
    assert parsed(b'{"a":"' + b"[{" * 100 + b'\\""}') == {"a": "[{" * 100 + '"'}


def test_nesting_ends_at_64_levels() -> None:
    assert parsed(b"[" * 64 + b"]" * 64)
    with pytest.raises(MalformedBody):
        parsed(b"[" * 65 + b"]" * 65)


def test_a_surrogate_needs_its_pair() -> None:
    assert parsed(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"
    with pytest.raises(MalformedBody):
        parsed(b'"\\ud83d"')


def test_an_integer_may_have_any_number_of_digits() -> None:
    assert parsed(b"9" * 10_000) > 10**90
    assert parsed(b"-" + b"9" * 10_000) < -(10**90)


@pytest.mark.parametrize(
    "body", [b"", b"\xef\xbb\xbf1", b"NaN", b"-Infinity", b'{"a":1,"a":1}', b"\xff", b"[" * MAX_BYTES]
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        parsed(body)


def test_a_byte_too_many_is_refused() -> None:
    assert parsed(b"1" + b" " * (MAX_BYTES - 1)) == 1
    with pytest.raises(ContentTooLarge):
        parsed(b"1" + b" " * MAX_BYTES)


def test_a_form_keeps_what_is_repeated_and_what_is_empty() -> None:
    assert dict(StrictFormParser().parse(io.BytesIO(b"a=1&a=&b=%C3%A9+x")).lists()) == {"a": ["1", ""], "b": ["é x"]}


def test_a_form_is_utf8() -> None:
    with pytest.raises(MalformedBody):
        StrictFormParser().parse(io.BytesIO(b"a=%ff"))
