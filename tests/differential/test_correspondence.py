"""The comparison accepts corresponding ids, times, tokens and rows, and reports every other difference."""

import base64
import json

import httpx
import pytest

from tests.contract.shop import new_token
from tests.differential.correspondence import Correspondence, Difference
from tests.differential.responses import compare_responses
from tests.differential.rows import TABLES, Rows, compare_rows

IDS = [f"01990000-0000-7000-8000-00000000000{n}" for n in range(4)]
TIMES = ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00.000001Z", "2026-01-01T11:00:00Z", "2026-01-02T10:00:00.500000Z"]
NO_ROWS: Rows = {table: [] for table in TABLES}


def page(*, id_: str, time: str) -> str:
    """Return the body of a list with one item, with the cursor for the next page."""
    last = json.dumps(["-created_at", time, id_], separators=(",", ":")).encode()
    cursor = base64.urlsafe_b64encode(last).decode().rstrip("=")
    return f'{{"items":[{{"id":"{id_}","created_at":"{time}"}}],"next":"{cursor}"}}'


def response(status: int = 200, text: str = "{}", **headers: str) -> httpx.Response:
    """Return a response to a GET request."""
    return httpx.Response(status, text=text, headers=headers, request=httpx.Request("GET", "http://shop"))


def test_ids_and_times_in_bodies_and_cursors_may_differ() -> None:
    correspondence = Correspondence()
    correspondence.compare_texts(page(id_=IDS[0], time=TIMES[0]), page(id_=IDS[1], time=TIMES[1]), "body")
    correspondence.compare_texts(page(id_=IDS[1], time=TIMES[2]), page(id_=IDS[2], time=TIMES[3]), "body")
    correspondence.compare_texts(page(id_=IDS[0], time=TIMES[2]), page(id_=IDS[1], time=TIMES[3]), "body")


def test_ids_correspond_one_to_one() -> None:
    correspondence = Correspondence()
    correspondence.compare_texts(page(id_=IDS[0], time=TIMES[0]), page(id_=IDS[1], time=TIMES[0]), "body")
    with pytest.raises(Difference):
        correspondence.compare_texts(page(id_=IDS[0], time=TIMES[0]), page(id_=IDS[2], time=TIMES[0]), "body")
    with pytest.raises(Difference):
        correspondence.compare_texts(page(id_=IDS[3], time=TIMES[0]), page(id_=IDS[1], time=TIMES[0]), "body")


@pytest.mark.parametrize(("first", "second"), [(1, 0), (0, 1), (2, 2), (3, 0)])
def test_times_have_the_same_order(first: int, second: int) -> None:
    correspondence = Correspondence()
    correspondence.compare_texts(TIMES[0], TIMES[0], "body")
    correspondence.compare_texts(TIMES[2], TIMES[1], "body")
    with pytest.raises(Difference):
        correspondence.compare_texts(TIMES[first], TIMES[second], "body")


@pytest.mark.parametrize("other", ["x", "", '{"price":"5.0"}', '{"price": "5.00"}', f'{{"price":"{IDS[0]}"}}'])
def test_other_text_is_compared_byte_for_byte(other: str) -> None:
    with pytest.raises(Difference):
        Correspondence().compare_texts('{"price":"5.00"}', other, "body")


def test_claims_of_tokens_are_compared() -> None:
    correspondence = Correspondence()
    correspondence.compare_texts(new_token(IDS[0]), new_token(IDS[1]), "body")
    for other in (
        new_token(IDS[2]),
        new_token(IDS[1], exp=None),
        new_token(IDS[1], extra=1),
        new_token(IDS[1], token_type="refresh"),
    ):
        with pytest.raises((Difference, KeyError)):
            correspondence.compare_texts(new_token(IDS[0]), other, "body")


@pytest.mark.parametrize(
    "other", [response(201), response(text="{} "), response(Vary="Accept"), response(Location=f"/api/orders/{IDS[0]}")]
)
def test_status_body_and_headers_are_compared(other: httpx.Response) -> None:
    compare_responses(response(Server="one", Date="now"), response(Server="other", Date="later"), Correspondence())
    with pytest.raises(Difference):
        compare_responses(response(), other, Correspondence())


def test_transactions_and_ids_in_the_data_of_events_correspond() -> None:
    row = {"id": IDS[0], "transaction_id": 7, "data": {"id": IDS[1], "status": "paid"}}
    other = {"id": IDS[2], "transaction_id": 9, "data": {"id": IDS[3], "status": "paid"}}
    correspondence = Correspondence()
    compare_rows({**NO_ROWS, "outbox": [row]}, {**NO_ROWS, "outbox": [other]}, correspondence)
    for change in ({"transaction_id": 8}, {"data": {"id": IDS[0], "status": "paid"}}, {"data": {"id": IDS[3]}}):
        with pytest.raises(Difference):
            compare_rows({**NO_ROWS, "outbox": [row]}, {**NO_ROWS, "outbox": [other | change]}, correspondence)


def test_days_may_differ_by_one_because_of_midnight() -> None:
    def events(day: str) -> dict[str, list[dict[str, object]]]:
        return {**NO_ROWS, "outbox": [{"data": {"date": day}}]}

    compare_rows(events("2026-02-28"), events("2026-03-01"), Correspondence())
    with pytest.raises(Difference):
        compare_rows(events("2026-02-28"), events("2026-03-02"), Correspondence())


@pytest.mark.parametrize("change", [{"stock": 2}, {"created_at": TIMES[1]}, {"category_id": IDS[1]}])
def test_all_values_of_rows_are_compared(change: dict[str, object]) -> None:
    row = {"id": IDS[0], "stock": 1, "category_id": IDS[2], "created_at": TIMES[0], "updated_at": TIMES[0]}
    first = {**NO_ROWS, "products": [row]}
    correspondence = Correspondence()
    compare_rows(first, first, correspondence)
    for second in ([row | change], [], [row, row]):
        with pytest.raises(Difference):
            compare_rows(first, {**NO_ROWS, "products": second}, correspondence)
