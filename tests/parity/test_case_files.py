"""The case files: well-formed, each id once, and what they expect is possible."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator

from tests.contract.document import ERRORS, OPERATIONS, bound, operation_at, template_of
from tests.parity.cases import FOLDER, Case, files, inherited, read_cases
from tests.parity.expectations import expected_status, problem_bytes, unlike
from tests.parity.values import Reader
from tests.parity.world import ACCOUNTS, NAMES, TABLES

FILES = list(files())
SCHEMA = Draft202012Validator(json.loads((FOLDER / "schema.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("path", "content"), FILES, ids=[path.stem for path, _ in FILES])
def test_a_file_has_the_form_of_the_schema(path: Path, content: Any) -> None:
    wrong = [f"{error.json_path}: {error.message[:200]}" for error in SCHEMA.iter_errors(content)]
    assert not wrong, f"{path.name}:\n" + "\n".join(wrong)


def test_every_case_has_an_id_of_its_own() -> None:
    assert [name for name, times in Counter(case.id for case in read_cases()).items() if times > 1] == []


def test_there_is_a_case_for_every_code_of_a_field_error() -> None:
    expected = " ".join(str(case.content.get("errors", "")) for case in read_cases())
    assert [code for code in ERRORS["fields"] if code not in expected] == []


def test_there_is_a_case_for_every_problem_that_a_client_can_cause() -> None:
    expected = {case.content.get("problem") for case in read_cases()} | {"invalid_request"}
    assert ERRORS["problems"].keys() - expected == {"internal_error", "database_unavailable"}


def test_every_documented_answer_has_a_case() -> None:
    documented = {(one.id, status) for one in OPERATIONS.values() for status in one.statuses}
    assert sorted(documented - set(map(documented_answer, read_cases()))) == sorted(
        (one.id, 503) for one in OPERATIONS.values() if 503 in one.statuses
    )


def documented_answer(case: Case) -> tuple[str, int]:
    """The operation that a case calls, and the status that it expects."""
    path = unquote(Reader(NAMES, ACCOUNTS).read(case.main["path"]), errors="replace").partition("?")[0]
    template = template_of(path)
    operation = operation_at(case.main["method"], template) if template else None
    return operation.id if operation else "", expected_status(case.main)


def test_the_rows_of_the_world_keep_the_bounds_of_the_contract() -> None:
    names = [row["name"] for row in TABLES["products"]]
    assert all(1 <= len(name) <= bound("ProductName", "maxLength") for name in names)
    assert all(f"<{name}>" not in str(TABLES) for name in NAMES)


def test_a_step_takes_over_a_body_a_caller_and_a_query_as_a_whole() -> None:
    request = {"as": "staff", "token": {}, "method": "GET", "path": "/a", "query": "b=1", "json": {}, "set": {"c": 1}}
    assert inherited(request, {"as": "other", "path": "/b", "raw": "x"}) == {
        "as": "other",
        "method": "GET",
        "path": "/b",
        "raw": "x",
        "headers": {},
    }


def test_a_case_may_write_long_values_short() -> None:
    reader = Reader(NAMES, ACCOUNTS)
    assert (
        reader.read({"$join": ["<teapot_id>", {"$times": [2, "ab"]}, "<script>"]})
        == f"{NAMES['teapot_id']}abab<script>"
    )
    assert reader.read({"$cut": [1, {"$cursor": ["name", "é", "x"]}]}) == "WyJuYW1lIiwiw6kiLCJ4Il"


def test_what_is_expected_of_errors_is_sorted_and_cut() -> None:
    errors = json.loads(
        problem_bytes("invalid_request", [{"$each": [101, "query /# too_long 5"]}, ["body", "", "required"]])
    )
    assert [entry["pointer"] for entry in errors["errors"]][:4] == ["", "/0", "/1", "/10"]
    assert len(errors["errors"]) == 100
    assert errors["errors"][1]["message"] == "This must have at most 5 characters."


@pytest.mark.parametrize(
    ("expected", "found"),
    [({"a": 1}, {"a": True}), ({"a": None}, {}), ([1], [1, 2]), ([{"a": 1}], [{"a": 2}]), ("1", 1), ({}, [])],
)
def test_what_is_not_as_expected_is_seen(expected: Any, found: Any) -> None:
    assert list(unlike(expected, found, ""))


def test_a_body_may_have_more_than_is_expected() -> None:
    assert not list(unlike({"a": [{"b": None}]}, {"a": [{"b": None, "c": 1}], "d": 2}, ""))


def test_a_case_without_steps_has_none() -> None:
    case = Case("x", "X", {"as": "nobody", "method": "GET", "path": "/"}, {"id": "x", "status": 200})
    assert (case.before, case.after) == ([], [])
