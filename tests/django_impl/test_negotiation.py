"""JSON is accepted according to the Accept header."""

import pytest

from django_impl.common.http.negotiation import accepts_json


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/*",
        "application/json",
        "APPLICATION/JSON",
        "application/json; indent=4",
        "text/html, */*;q=0.1",
        "*/*;q=0, application/json",
        "application/*;q=0, application/json;q=0.001",
    ],
)
def test_json_is_acceptable(accept: str) -> None:
    assert accepts_json(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "*/*;q=0",
        "application/json;q=0, */*",
        "application/*;q=0.0, */*",
        "application/problem+json",
        "json",
    ],
)
def test_json_is_not_acceptable(accept: str) -> None:
    assert not accepts_json(accept)
