"""What counts as the same answer of two servers."""

from tests.parity.agreement import comparable, disagreement
from tests.parity.wire import Answer
from tests.parity.world import NAMES


def test_what_is_new_each_time_is_not_compared() -> None:
    one = answer_with("01a208c8-2baf-7396-9bb3-c19d3cb2bc97", "2026-11-23T14:21:05.839154Z")
    other = answer_with("01a208c8-2bef-7769-b033-43a1f318f900", "2026-11-23T14:21:06Z")
    assert comparable(one) == comparable(other)
    assert not disagreement({"one": one, "other": other})


def test_what_every_case_finds_is_compared() -> None:
    one = answer_with(NAMES["teapot_id"], "2026-01-02T09:00:00Z")
    other = answer_with(NAMES["cup_id"], "2026-01-02T09:00:00Z")
    assert disagreement({"one": one, "other": other})


def test_a_header_more_is_a_disagreement() -> None:
    one, other = Answer(204, [("Allow", "GET")], b""), Answer(204, [("Allow", "GET"), ("Vary", "Accept")], b"")
    assert disagreement({"one": one, "other": other})


def test_a_header_in_another_place_or_case_is_none() -> None:
    one, other = Answer(204, [("Allow", "GET"), ("A", "b")], b""), Answer(204, [("a", "b"), ("allow", "GET")], b"")
    assert not disagreement({"one": one, "other": other})


def answer_with(id_: str, time: str) -> Answer:
    """An answer that shows an id and a time."""
    content = f'{{"id":"{id_}","created_at":"{time}"}}'.encode()
    return Answer(200, [("Content-Length", str(len(content)))], content)
