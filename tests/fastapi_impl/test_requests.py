"""Parsing of bodies, forms, query strings and headers."""

import pytest

from fastapi_impl.common.exceptions import MalformedBody
from fastapi_impl.common.http.forms import FormBody, fields_of_form
from fastapi_impl.common.http.negotiation import accepts_json
from fastapi_impl.common.http.parameters import SingleValueQueryParams
from fastapi_impl.common.http.parsers import parse_content_type, read_form, read_json


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a":[1,-0,1.0,1e2,true,null]}', {"a": [1, 0, 1.0, 100.0, True, None]}),
        (' "größe 😀"\n'.encode(), "größe 😀"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b"[" * 64 + b"]" * 64, None),
        (b'"' + b"[" * 100 + b'"', "[" * 100),
        (b"1" * 5000, int("1" * 100)),
    ],
    ids=range(6),
)
def test_json_is_parsed(body: bytes, value: object) -> None:
    assert value is None or read_json(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b"[-Infinity]",
        b'{"a":1,"a":1}',
        b'["\\udc00"]',
        b'{"\\ud800":1}',
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"[" * 100_000,
    ],
    ids=range(11),
)
def test_invalid_json_is_rejected(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_json(body)


def test_form_keeps_empty_and_repeated_fields() -> None:
    form = FormBody(b"a=1&b=&c=1&c=2&c=3")

    assert fields_of_form(form) == {"a": "1", "b": "", "c": ["1", "2", "3"]}
    assert form == b"a=1&b=&c=1&c=2&c=3"
    assert bool(FormBody(b"")) is True


def test_form_must_be_utf8() -> None:
    assert read_form(b"a=%C3%A4+b") == [("a", "ä b")]
    with pytest.raises(MalformedBody):
        read_form(b"a=%FF")


def test_empty_and_repeated_parameters_are_lists() -> None:
    query = SingleValueQueryParams([("once", "1"), ("empty", ""), ("twice", "1"), ("twice", "2")])

    assert [query.get(name) for name in ("once", "empty", "twice", "never")] == ["1", [], ["1", "2"], None]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("application/json", ("application/json", "utf-8")),
        ("Application/JSON ; charset=UTF-8; v=1", ("application/json", "utf-8")),
        ('application/json;charset="latin-1"', ("application/json", "latin-1")),
        ("application/json,application/json", ("text/plain", "utf-8")),
        ("", ("text/plain", "utf-8")),
    ],
)
def test_content_type_is_parsed(header: str, expected: tuple[str, str]) -> None:
    assert parse_content_type(header) == expected


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "text/html, application/json;q=0.1",
        "application/json, */*;q=0",
        "application/json, application/json;q=0",
    ],
)
def test_json_is_acceptable(accept: str) -> None:
    assert accepts_json(accept)


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0, */*", "application/json;q=much", "json"])
def test_json_is_not_acceptable(accept: str) -> None:
    assert not accepts_json(accept)
