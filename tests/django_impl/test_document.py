"""The generated document says what the contract says, after what is listed here."""

from collections.abc import Iterator
from typing import Any

import pytest

from django_impl.common.documents import document
from tests.contract.document import DOCUMENT

# Words are each document's own; the shapes are what has to agree.
WORDS = {"description", "summary", "title", "example", "examples"}

# Differences that were looked at, by the end of their path.
ACCEPTED = {
    "headers/Cache-Control": "The contract says it once for all below /api/auth/, the document at each answer.",
    "401/content/application/problem+json/schema/allOf/1/properties/code/enum": (
        "The contract has one 401 for all operations; the document knows that signing in and refreshing have one code."
    ),
    "401/content/application/problem+json/schema/allOf/1/properties/code/const": "As above.",
    "/links": "Links are for tools that walk through the contract; drf-spectacular knows none.",
    "minLength": "The contract leaves a least length of 0 out where it is the default.",
}


def plain(whole: Any, part: Any) -> Any:
    """Return a part of a document with its references followed, its words left out, and equal things written alike."""
    if isinstance(part, list):
        return [plain(whole, item) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        target = whole
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        part = {**target, **{name: value for name, value in part.items() if name != "$ref"}}
    shape = {
        name: plain(whole, value)
        for name, value in part.items()
        if name not in WORDS or (isinstance(value, dict) and name in {"description", "title"})
    }
    return alike(shape)


def alike(shape: dict[str, Any]) -> dict[str, Any]:
    """Write in one way what OpenAPI lets one write in two."""
    match shape:
        case {"oneOf": [{"type": type_} as inner, {"type": "null"}]}:
            outer = {name: value for name, value in shape.items() if name != "oneOf"}
            shape = {**inner, **outer, "type": [type_, "null"]}
        case {"enum": [only]}:
            shape = {**{name: value for name, value in shape.items() if name != "enum"}, "const": only}
    if "const" in shape:
        shape.pop("type", None)
    for name in ("required", "enum"):
        if isinstance(shape.get(name), list):
            shape[name] = sorted(shape[name], key=str)
    if shape.get("required") is False:
        del shape["required"]
    return shape


def operations(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the operations of a document by method and path."""
    return {
        f"{method} {path}": {
            "id": operation["operationId"],
            "tags": operation["tags"],
            "security": operation.get("security", []),
            "parameters": {
                f"{parameter['in']} {parameter['name']}": parameter
                for parameter in plain(whole, [*item.get("parameters", []), *operation.get("parameters", [])])
            },
            "body": plain(whole, operation.get("requestBody", {})),
            "answers": plain(whole, operation["responses"]),
        }
        for path, item in whole["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def differences(contract: Any, generated: Any, path: str = "") -> Iterator[str]:
    """Yield where two shapes differ."""
    if isinstance(contract, dict) and isinstance(generated, dict):
        for name in sorted({*contract, *generated}):
            yield from differences(contract.get(name), generated.get(name), f"{path}/{name}")
    elif isinstance(contract, list) and isinstance(generated, list) and len(contract) == len(generated):
        for number, pair in enumerate(zip(contract, generated, strict=True)):
            yield from differences(*pair, f"{path}/{number}")
    elif contract != generated and not path.endswith(tuple(ACCEPTED)):
        yield f"{path}: {contract!r} in the contract, {generated!r} generated"


CONTRACT, GENERATED = operations(DOCUMENT), operations(document())


def test_the_document_has_the_operations_of_the_contract() -> None:
    assert GENERATED.keys() == CONTRACT.keys()


@pytest.mark.parametrize("operation", CONTRACT)
def test_the_document_describes_an_operation_as_the_contract_does(operation: str) -> None:
    assert list(differences(CONTRACT[operation], GENERATED.get(operation))) == []


def test_the_document_names_the_way_to_sign_in() -> None:
    schemes = plain(DOCUMENT, DOCUMENT["components"]["securitySchemes"])

    assert plain(document(), document()["components"]["securitySchemes"]) == schemes
