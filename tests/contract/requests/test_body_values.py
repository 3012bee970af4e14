"""Every field of every JSON body: missing, null, of another type, and outside the bounds of openapi.yaml."""

import json

import pytest

from tests.contract.client import Client, Json, field_errors
from tests.contract.document import OPERATIONS, Operation
from tests.contract.fields import FIELDS, Field, fields_of_type

VALUES_OF_OTHER_TYPES = {
    "string": ("not_a_string", [1, 1.5, True, [], ["x"], {}]),
    "integer": ("not_an_integer", ["1", "", True, False, 1.5, [], {}]),
    "boolean": ("not_a_boolean", ["true", "", 0, 1, [], {}]),
    "array": ("not_an_array", ["x", 1, True, {}, {"0": 1}]),
}

every_body = pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS.values() if operation.takes_json],
    ids=lambda operation: operation.id,
)


def every_field(fields: list[Field]) -> pytest.MarkDecorator:
    """Parametrize a test over fields."""
    return pytest.mark.parametrize("field", fields, ids=str)


def errors_of_field(staff: Client, field: Field, body: Json) -> list[tuple[str, str, str]]:
    """Send a body to the operation of a field, and return the errors of this field."""
    errors = field_errors(staff.perform(field.operation, json=body))
    return [error for error in errors if error[1] == field.pointer]


@every_field([field for field in FIELDS if field.is_required])
def test_missing_required_field_is_rejected(staff: Client, field: Field) -> None:
    assert errors_of_field(staff, field, field.body_without()) == [("body", field.pointer, "required")]


@every_field([field for field in FIELDS if not field.is_nullable])
def test_null_is_rejected_for_non_nullable_field(staff: Client, field: Field) -> None:
    assert errors_of_field(staff, field, field.body_with(None)) == [("body", field.pointer, "null_not_allowed")]


@every_field(FIELDS)
def test_value_of_another_type_is_rejected(staff: Client, field: Field) -> None:
    code, values = VALUES_OF_OTHER_TYPES[field.type]

    for value in values:
        assert errors_of_field(staff, field, field.body_with(value)) == [("body", field.pointer, code)], value


@every_field([field for field in fields_of_type("string") if field.value_schema.get("minLength", 0) > 1])
def test_too_short_text_is_rejected(staff: Client, field: Field) -> None:
    text = "x" * (field.value_schema["minLength"] - 1)

    assert errors_of_field(staff, field, field.body_with(text)) == [("body", field.pointer, "too_short")]


@every_field([field for field in fields_of_type("string") if field.value_schema.get("minLength", 0) > 0])
def test_empty_text_is_rejected(staff: Client, field: Field) -> None:
    assert errors_of_field(staff, field, field.body_with("")) == [("body", field.pointer, "too_short")]


@every_field(
    [
        field
        for field in fields_of_type("string")
        if field.value_schema.get("minLength") and "password" not in str(field)
    ]
)
def test_surrounding_white_space_does_not_count_as_length(staff: Client, field: Field) -> None:
    text = "\u3000 \t\n" * field.value_schema["minLength"]

    assert errors_of_field(staff, field, field.body_with(text)) == [("body", field.pointer, "too_short")]


@every_field(fields_of_type("string"))
def test_too_long_text_is_rejected(staff: Client, field: Field) -> None:
    text = "1" * (field.value_schema["maxLength"] + 1)

    assert errors_of_field(staff, field, field.body_with(text)) == [("body", field.pointer, "too_long")]


@every_field(fields_of_type("string"))
def test_control_characters_are_rejected(staff: Client, field: Field) -> None:
    for character in "\x00\x01\x1f\x7f\x80\x9f":
        text = f"12345{character}67890"

        assert errors_of_field(staff, field, field.body_with(text)) == [("body", field.pointer, "control_character")], (
            text
        )


@every_field([field for field in fields_of_type("string") if field.path[-1] != "description"])
def test_newlines_and_tabs_are_allowed_only_in_descriptions(staff: Client, field: Field) -> None:
    for character in "\n\t":
        text = f"12345{character}67890"

        assert errors_of_field(staff, field, field.body_with(text)) == [("body", field.pointer, "control_character")], (
            text
        )


@every_field(fields_of_type("string"))
def test_control_character_is_reported_before_the_length(staff: Client, field: Field) -> None:
    text = "\x00" + "x" * (field.value_schema["maxLength"] + 1)

    assert errors_of_field(staff, field, field.body_with(text)) == [("body", field.pointer, "control_character")]


@every_field([field for field in fields_of_type("string") if "password" not in str(field)])
def test_length_is_measured_in_code_points_after_trimming(staff: Client, field: Field) -> None:
    max_length = field.value_schema["maxLength"]
    errors = errors_of_field_if_rejected(staff, field, f" {'😀' * max_length} ")

    assert ("body", field.pointer, "too_long") not in errors
    assert errors_of_field(staff, field, field.body_with("😀" * (max_length + 1))) == [
        ("body", field.pointer, "too_long")
    ]


def errors_of_field_if_rejected(staff: Client, field: Field, value: Json) -> list[tuple[str, str, str]]:
    """Send the example with this value in the field; return the field errors, or none if the status is not 422."""
    response = staff.perform(field.operation, json=field.body_with(value))
    return field_errors(response) if response.status_code == 422 else []


@every_field(fields_of_type("integer"))
def test_integer_out_of_range_is_rejected(staff: Client, field: Field) -> None:
    minimum, maximum = field.value_schema["minimum"], field.value_schema["maximum"]

    for value in (minimum - 1, -(2**63) - 1, -(10**30)):
        assert errors_of_field(staff, field, field.body_with(value)) == [("body", field.pointer, "too_small")], value
    for value in (maximum + 1, 2**63, 10**30):
        assert errors_of_field(staff, field, field.body_with(value)) == [("body", field.pointer, "too_large")], value


LITERALS = {
    "1e400": "not_an_integer",
    "-1e400": "not_an_integer",
    "1.5": "not_an_integer",
    "1e-1": "not_an_integer",
    "1e300": "too_large",
    "9" * 1000: "too_large",
    "9" * 5000: "too_large",
    "-" + "9" * 5000: "too_small",
}


@every_field(fields_of_type("integer"))
def test_integer_is_accepted_in_any_json_notation(staff: Client, field: Field) -> None:
    for literal, code in LITERALS.items():
        content = json.dumps(field.body_with("the literal")).replace('"the literal"', literal)
        response = staff.perform(field.operation, content=content, headers={"Content-Type": "application/json"})

        assert ("body", field.pointer, code) in field_errors(response), literal[:20]


@every_body
def test_unknown_field_is_rejected(staff: Client, operation: Operation) -> None:
    body = operation.example_body | {"nonsense": 1}

    assert field_errors(staff.perform(operation, json=body)) == [("body", "/nonsense", "unknown_field")]


@every_body
def test_body_that_is_not_an_object_is_rejected(staff: Client, operation: Operation) -> None:
    bodies: list[Json] = [[], "text", 1, True, [{}]]
    for body in bodies:
        assert field_errors(staff.perform(operation, json=body)) == [("body", "", "not_an_object")], body
    null = staff.perform(operation, content=b"null", headers={"Content-Type": "application/json"})
    assert field_errors(null) == [("body", "", "null_not_allowed")]
