"""The comparison of responses ignores generated values and reports every other difference."""

from tests.parity.comparison import comparable, response_differences
from tests.parity.http_client import RawResponse
from tests.parity.seed_data import NAMES


def test_generated_values_are_ignored() -> None:
    one = response_with("01a208c8-2baf-7396-9bb3-c19d3cb2bc97", "2026-11-23T14:21:05.839154Z")
    other = response_with("01a208c8-2bef-7769-b033-43a1f318f900", "2026-11-23T14:21:06Z")
    assert comparable(one) == comparable(other)
    assert not response_differences({"one": one, "other": other})


def test_values_of_the_seed_data_are_compared() -> None:
    one = response_with(NAMES["teapot_id"], "2026-01-02T09:00:00Z")
    other = response_with(NAMES["cup_id"], "2026-01-02T09:00:00Z")
    assert response_differences({"one": one, "other": other})


def test_additional_header_is_a_difference() -> None:
    one = RawResponse(204, [("Allow", "GET")], b"")
    other = RawResponse(204, [("Allow", "GET"), ("Vary", "Accept")], b"")
    assert response_differences({"one": one, "other": other})


def test_order_and_case_of_headers_are_ignored() -> None:
    one = RawResponse(204, [("Allow", "GET"), ("A", "b")], b"")
    other = RawResponse(204, [("a", "b"), ("allow", "GET")], b"")
    assert not response_differences({"one": one, "other": other})


def response_with(id_: str, time: str) -> RawResponse:
    """Return a response whose body contains an id and a time."""
    content = f'{{"id":"{id_}","created_at":"{time}"}}'.encode()
    return RawResponse(200, [("Content-Length", str(len(content)))], content)
