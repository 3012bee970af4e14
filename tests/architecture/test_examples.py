"""The files of the contract agree: examples are valid for their schemas, and error codes are the same everywhere."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.document import DOCUMENT, ERRORS, OPERATIONS, SETTINGS, Operation, bound, resolve, schema
from tests.contract.validation import validator
from tests.contract_lint import Node

every_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def _examples(media: Node) -> Iterator[Any]:
    if "example" in media:
        yield media["example"]
    yield from (example["value"] for example in media.get("examples", {}).values())


def _contents(operation: Operation) -> Iterator[Node]:
    yield from operation.definition.get("requestBody", {}).get("content", {}).values()
    for status in operation.statuses:
        yield from operation.response(status).get("content", {}).values()


@every_operation
def test_body_examples_are_valid(operation: Operation) -> None:
    for media in _contents(operation):
        for example in _examples(media):
            assert [error.message for error in validator(json.dumps(media["schema"])).iter_errors(example)] == []


@every_operation
def test_parameter_examples_are_valid(operation: Operation) -> None:
    for parameter in operation.parameters:
        found = validator(json.dumps(parameter["schema"])).iter_errors(parameter["example"])
        assert [error.message for error in found] == [], parameter["name"]


@every_operation
def test_examples_have_the_key_order_of_their_schema(operation: Operation) -> None:
    for media in _contents(operation):
        properties = list(resolve(media["schema"]).get("properties", {}))
        for example in _examples(media):
            assert not properties or list(example) == [key for key in properties if key in example]


def test_problem_codes_and_statuses_of_openapi_and_errors_yaml_are_equal() -> None:
    codes = {code: problem["status"] for code, problem in ERRORS["problems"].items()}
    documented = {
        example["code"]: example["status"]
        for response in DOCUMENT["components"]["responses"].values()
        for media in response.get("content", {}).values()
        for example in _examples(media)
    }
    # No operation documents these: any request can get the first two, and the last one is for files only.
    undocumented = {"method_not_allowed", "internal_error", "range_not_satisfiable"}

    assert documented == {code: status for code, status in codes.items() if code not in undocumented}


def test_error_codes_of_openapi_and_errors_yaml_are_equal() -> None:
    assert schema("ProblemCode")["enum"] == [code for code in ERRORS["problems"] if code != "invalid_request"]
    assert schema("FieldErrorCode")["enum"] == list(ERRORS["fields"])


def test_settings_yaml_agrees_with_openapi() -> None:
    limit = DOCUMENT["components"]["parameters"]["Limit"]["schema"]

    assert SETTINGS["pages"] == {"default_limit": limit["default"], "max_limit": limit["maximum"]}
    assert SETTINGS["tokens"]["access_lifetime_seconds"] <= bound("TokenPair.expires_in", "maximum")
