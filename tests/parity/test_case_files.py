"""The case files match their schema, have unique ids, and cover every error code and every documented response."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator

from tests.contract.document import ERRORS, OPERATIONS, bound, operation_at, template_of
from tests.parity.cases import FOLDER, Case, case_files, inherit, read_cases
from tests.parity.expectations import expected_status, mismatches, problem_body
from tests.parity.expressions import Evaluator
from tests.parity.seed_data import ACCOUNTS, NAMES, TABLES

FILES = list(case_files())
SCHEMA = Draft202012Validator(json.loads((FOLDER / "schema.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("path", "content"), FILES, ids=[path.stem for path, _ in FILES])
def test_case_file_matches_the_schema(path: Path, content: Any) -> None:
    wrong = [f"{error.json_path}: {error.message[:200]}" for error in SCHEMA.iter_errors(content)]
    assert not wrong, f"{path.name}:\n" + "\n".join(wrong)


def test_case_ids_are_unique() -> None:
    assert [name for name, times in Counter(case.id for case in read_cases()).items() if times > 1] == []


def test_every_field_error_code_has_a_case() -> None:
    expected = " ".join(str(case.content.get("errors", "")) for case in read_cases())
    assert [code for code in ERRORS["fields"] if code not in expected] == []


def test_every_problem_that_a_client_can_cause_has_a_case() -> None:
    expected = {case.content.get("problem") for case in read_cases()} | {"invalid_request"}
    assert ERRORS["problems"].keys() - expected == {"internal_error", "database_unavailable"}


# Without any report. The seed data has some, and no request deletes one: tests/contract/reports has this response.
WITHOUT_ROWS = {("get_daily_report", 404)}


def test_every_documented_response_has_a_case() -> None:
    documented = {(one.id, status) for one in OPERATIONS.values() for status in one.statuses} - WITHOUT_ROWS
    assert sorted(documented - set(map(documented_response, read_cases()))) == sorted(
        (one.id, 503) for one in OPERATIONS.values() if 503 in one.statuses
    )


def documented_response(case: Case) -> tuple[str, int]:
    """Return the operation that a case calls, and the status that it expects."""
    path = unquote(Evaluator(NAMES, ACCOUNTS).evaluate(case.main["path"]), errors="replace").partition("?")[0]
    template = template_of(path)
    operation = operation_at(case.main["method"], template) if template else None
    return operation.id if operation else "", expected_status(case.main)


def test_seed_data_is_within_the_bounds_of_the_contract() -> None:
    names = [row["name"] for row in TABLES["products"]]
    assert all(1 <= len(name) <= bound("ProductName", "maxLength") for name in names)
    assert all(f"<{name}>" not in str(TABLES) for name in NAMES)


def test_body_account_and_query_are_inherited_as_a_whole() -> None:
    request = {"as": "staff", "token": {}, "method": "GET", "path": "/a", "query": "b=1", "json": {}, "set": {"c": 1}}
    assert inherit(request, {"as": "other", "path": "/b", "raw": "x"}) == {
        "as": "other",
        "method": "GET",
        "path": "/b",
        "raw": "x",
        "headers": {},
    }


def test_expressions_are_evaluated() -> None:
    evaluator = Evaluator(NAMES, ACCOUNTS)
    assert (
        evaluator.evaluate({"$join": ["<teapot_id>", {"$times": [2, "ab"]}, "<script>"]})
        == f"{NAMES['teapot_id']}abab<script>"
    )
    assert evaluator.evaluate({"$cut": [1, {"$cursor": ["name", "é", "x"]}]}) == "WyJuYW1lIiwiw6kiLCJ4Il"


def test_expected_errors_are_sorted_and_limited() -> None:
    errors = json.loads(
        problem_body("invalid_request", [{"$each": [101, "query /# too_long 5"]}, ["body", "", "required"]])
    )
    assert [entry["pointer"] for entry in errors["errors"]][:4] == ["", "/0", "/1", "/10"]
    assert len(errors["errors"]) == 100
    assert errors["errors"][1]["message"] == "This must have at most 5 characters."


@pytest.mark.parametrize(
    ("expected", "found"),
    [({"a": 1}, {"a": True}), ({"a": None}, {}), ([1], [1, 2]), ([{"a": 1}], [{"a": 2}]), ("1", 1), ({}, [])],
)
def test_mismatches_reports_every_difference(expected: Any, found: Any) -> None:
    assert list(mismatches(expected, found, ""))


def test_mismatches_allows_further_keys() -> None:
    assert not list(mismatches({"a": [{"b": None}]}, {"a": [{"b": None, "c": 1}], "d": 2}, ""))


def test_case_without_before_and_after_has_no_steps() -> None:
    case = Case("x", "X", {"as": "anonymous", "method": "GET", "path": "/"}, {"id": "x", "status": 200})
    assert (case.before, case.after) == ([], [])
