"""The contract agrees with itself: every example is what its schema says, every code is in the catalogue."""

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
def test_every_example_of_a_body_fits_its_schema(operation: Operation) -> None:
    for media in _contents(operation):
        for example in _examples(media):
            assert [error.message for error in validator(json.dumps(media["schema"])).iter_errors(example)] == []


@every_operation
def test_every_example_of_a_parameter_fits_its_schema(operation: Operation) -> None:
    for parameter in operation.parameters:
        found = validator(json.dumps(parameter["schema"])).iter_errors(parameter["example"])
        assert [error.message for error in found] == [], parameter["name"]


@every_operation
def test_every_example_has_its_keys_in_the_order_of_the_schema(operation: Operation) -> None:
    for media in _contents(operation):
        properties = list(resolve(media["schema"]).get("properties", {}))
        for example in _examples(media):
            assert not properties or list(example) == [key for key in properties if key in example]


def test_the_documented_problems_and_statuses_are_those_of_the_catalogue() -> None:
    codes = {code: problem["status"] for code, problem in ERRORS["problems"].items()}
    told = {
        example["code"]: example["status"]
        for response in DOCUMENT["components"]["responses"].values()
        for media in response.get("content", {}).values()
        for example in _examples(media)
    }
    # Neither belongs to an operation: one is for any path, the other is nobody's intention.
    undocumented = {"method_not_allowed", "internal_error"}

    assert told == {code: status for code, status in codes.items() if code not in undocumented}


def test_the_codes_of_openapi_are_those_of_the_catalogue() -> None:
    assert schema("ProblemCode")["enum"] == [code for code in ERRORS["problems"] if code != "invalid_request"]
    assert schema("FieldErrorCode")["enum"] == list(ERRORS["fields"])


def test_the_settings_say_what_openapi_says() -> None:
    limit = DOCUMENT["components"]["parameters"]["Limit"]["schema"]

    assert SETTINGS["pages"] == {"default_limit": limit["default"], "max_limit": limit["maximum"]}
    assert SETTINGS["tokens"]["access_lifetime_seconds"] <= bound("TokenPair.expires_in", "maximum")
