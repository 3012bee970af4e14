"""What the comparison lets pass, and what it does not."""

import base64
import json

import httpx
import pytest

from tests.contract.shop import new_token
from tests.differential.correspondence import Correspondence, Difference
from tests.differential.rows import TABLES, Rows, compare_rows
from tests.differential.sides import compare_answers

IDS = [f"01990000-0000-7000-8000-00000000000{n}" for n in range(4)]
TIMES = ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00.000001Z", "2026-01-01T11:00:00Z", "2026-01-02T10:00:00.500000Z"]
NOTHING: Rows = {table: [] for table in TABLES}


def page(*, of: str, at: str) -> str:
    """A list with one item, and the cursor after it."""
    last = json.dumps(["-created_at", at, of], separators=(",", ":")).encode()
    cursor = base64.urlsafe_b64encode(last).decode().rstrip("=")
    return f'{{"items":[{{"id":"{of}","created_at":"{at}"}}],"next":"{cursor}"}}'


def answer(status: int = 200, text: str = "{}", **headers: str) -> httpx.Response:
    return httpx.Response(status, text=text, headers=headers, request=httpx.Request("GET", "http://shop"))


def test_ids_and_times_of_an_implementation_are_its_own_also_within_cursors() -> None:
    seen = Correspondence()
    seen.texts(page(of=IDS[0], at=TIMES[0]), page(of=IDS[1], at=TIMES[1]), "body")
    seen.texts(page(of=IDS[1], at=TIMES[2]), page(of=IDS[2], at=TIMES[3]), "body")
    seen.texts(page(of=IDS[0], at=TIMES[2]), page(of=IDS[1], at=TIMES[3]), "body")


def test_an_id_stands_for_one_other() -> None:
    seen = Correspondence()
    seen.texts(page(of=IDS[0], at=TIMES[0]), page(of=IDS[1], at=TIMES[0]), "body")
    with pytest.raises(Difference):
        seen.texts(page(of=IDS[0], at=TIMES[0]), page(of=IDS[2], at=TIMES[0]), "body")
    with pytest.raises(Difference):
        seen.texts(page(of=IDS[3], at=TIMES[0]), page(of=IDS[1], at=TIMES[0]), "body")


@pytest.mark.parametrize(("ours", "theirs"), [(1, 0), (0, 1), (2, 2), (3, 0)])
def test_times_keep_their_order_and_their_ties(ours: int, theirs: int) -> None:
    seen = Correspondence()
    seen.texts(TIMES[0], TIMES[0], "body")
    seen.texts(TIMES[2], TIMES[1], "body")
    with pytest.raises(Difference):
        seen.texts(TIMES[ours], TIMES[theirs], "body")


@pytest.mark.parametrize("other", ["x", "", '{"price":"5.0"}', '{"price": "5.00"}', f'{{"price":"{IDS[0]}"}}'])
def test_all_else_is_the_same_to_the_byte(other: str) -> None:
    with pytest.raises(Difference):
        Correspondence().texts('{"price":"5.00"}', other, "body")


def test_tokens_say_the_same_of_their_own_user() -> None:
    seen = Correspondence()
    seen.texts(new_token(IDS[0]), new_token(IDS[1]), "body")
    for other in (
        new_token(IDS[2]),
        new_token(IDS[1], exp=None),
        new_token(IDS[1], extra=1),
        new_token(IDS[1], token_type="refresh"),
    ):
        with pytest.raises((Difference, KeyError)):
            seen.texts(new_token(IDS[0]), other, "body")


@pytest.mark.parametrize(
    "other", [answer(201), answer(text="{} "), answer(Vary="Accept"), answer(Location=f"/api/orders/{IDS[0]}")]
)
def test_an_answer_differs_by_status_body_or_any_header(other: httpx.Response) -> None:
    compare_answers(answer(Server="one", Date="now"), answer(Server="other", Date="later"), Correspondence())
    with pytest.raises(Difference):
        compare_answers(answer(), other, Correspondence())


@pytest.mark.parametrize("change", [{"stock": 2}, {"created_at": TIMES[1]}, {"category_id": IDS[1]}])
def test_rows_differ_by_any_value(change: dict[str, object]) -> None:
    row = {"id": IDS[0], "stock": 1, "category_id": IDS[2], "created_at": TIMES[0], "updated_at": TIMES[0]}
    ours = {**NOTHING, "products": [row]}
    seen = Correspondence()
    compare_rows(ours, ours, seen)
    for theirs in ([row | change], [], [row, row]):
        with pytest.raises(Difference):
            compare_rows(ours, {**NOTHING, "products": theirs}, seen)
