"""The normalisation removes differences without a meaning, and no others."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.document import DOCUMENT
from tests.contract_lint import Node
from tests.documents.comparison import differences
from tests.documents.normalisation import STEPS, normalised
from tests.documents.schemas import canonical_schema

type Change = Callable[[Node], Any]


def _operation(document: Node, path: str, method: str) -> Node:
    operation: Node = document["paths"][path][method]
    return operation


def _schema(document: Node, name: str) -> Node:
    schema: Node = document["components"]["schemas"][name]
    return schema


def _reverse(node: Node) -> None:
    for key in reversed(list(node)):
        node[key] = node.pop(key)


EQUIVALENT_CHANGES: dict[str, Change] = {
    "another summary": lambda d: _operation(d, "/healthz", "get").update(summary="How are you?"),
    "another name of a scheme": lambda d: _rename_scheme(d, "jwt"),
    "an example removed": lambda d: _operation(d, "/api/orders", "post")["requestBody"]["content"][
        "application/json"
    ].pop("example"),
    "a link removed": lambda d: _operation(d, "/api/orders", "post")["responses"]["201"].pop("links"),
    "required fields in another order": lambda d: _schema(d, "NewProduct")["required"].reverse(),
    "fields of a request in another order": lambda d: _reverse(_schema(d, "NewProduct")["properties"]),
    "parameters in another order": lambda d: _operation(d, "/api/products", "get")["parameters"].reverse(),
    "a nullable field with anyOf": lambda d: _schema(d, "Next").update(anyOf=_schema(d, "Next").pop("oneOf")),
    "an empty list of security schemes removed": lambda d: _operation(d, "/healthz", "get").pop("security"),
}
OTHER_CHANGES: dict[str, Change] = {
    "an operation removed": lambda d: d["paths"]["/api/orders"].pop("post"),
    "another operationId": lambda d: _operation(d, "/healthz", "get").update(operationId="health"),
    "another tag": lambda d: _operation(d, "/healthz", "get").update(tags=["default"]),
    "a status removed": lambda d: _operation(d, "/api/orders", "post")["responses"].pop("409"),
    "a status added": lambda d: _operation(d, "/healthz", "get")["responses"].update({"503": {"description": "No."}}),
    "a header removed": lambda d: d["components"]["responses"]["Unauthorized"]["headers"].pop("WWW-Authenticate"),
    "another media type": lambda d: _rename_media(d["components"]["responses"]["NotFound"]),
    "another code": lambda d: d["components"]["responses"]["NotFound"]["content"].update(_problem(404, "gone")),
    "a parameter removed": lambda d: _operation(d, "/api/products", "get")["parameters"].pop(0),
    "a parameter required": lambda d: d["components"]["parameters"]["Limit"].update(required=True),
    "another bound of a parameter": lambda d: d["components"]["parameters"]["Limit"]["schema"].update(maximum=101),
    "another default": lambda d: d["components"]["parameters"]["Limit"]["schema"].update(default=10),
    "another bound of a field": lambda d: _schema(d, "ProductName").update(maxLength=201),
    "another pattern": lambda d: _schema(d, "MoneyInput").update(pattern="^[0-9.]+$"),
    "a field removed": lambda d: _schema(d, "NewProduct")["properties"].pop("stock"),
    "a field called title added": lambda d: _schema(d, "NewProduct")["properties"].update(title={"type": "string"}),
    "a field not required": lambda d: _schema(d, "NewProduct")["required"].remove("price"),
    "a field nullable": lambda d: _schema(d, "Stock").update(type=["integer", "null"]),
    "unknown fields accepted": lambda d: _schema(d, "NewProduct").pop("additionalProperties"),
    "an order status removed": lambda d: _schema(d, "OrderStatus")["enum"].pop(),
    "fields of a response in another order": lambda d: _reverse(_schema(d, "Product")["properties"]),
    "no authentication": lambda d: _operation(d, "/api/orders", "get").update(security=[]),
    "optional authentication": lambda d: _operation(d, "/api/orders", "get").update(security=[{}, {"bearer": []}]),
    "another token URL": lambda d: d["components"]["securitySchemes"]["bearer"]["flows"]["password"].update(
        tokenUrl="/t"
    ),
    "a body not required": lambda d: _operation(d, "/api/orders", "post")["requestBody"].update(required=False),
}


def _rename_scheme(document: Node, name: str) -> None:
    schemes = document["components"]["securitySchemes"]
    schemes[name] = schemes.pop("bearer")
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation["security"] = [{name: []} if "bearer" in each else each for each in operation["security"]]


def _rename_media(response: Node) -> None:
    response["content"]["application/json"] = response["content"].pop("application/problem+json")


def _problem(status: int, code: str) -> Node:
    narrowed = {"properties": {"status": {"const": status}, "code": {"const": code}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]}
    return {"application/problem+json": {"schema": schema}}


def _differences_after(change: Change) -> list[str]:
    changed = copy.deepcopy(DOCUMENT)
    change(changed)
    return list(differences(normalised(DOCUMENT), normalised(changed)))


@pytest.mark.parametrize("change", EQUIVALENT_CHANGES.values(), ids=EQUIVALENT_CHANGES)
def test_equivalent_documents_have_no_differences(change: Change) -> None:
    assert _differences_after(change) == []


@pytest.mark.parametrize("change", OTHER_CHANGES.values(), ids=OTHER_CHANGES)
def test_changed_documents_have_differences(change: Change) -> None:
    assert _differences_after(change)


def test_every_step_has_a_name_and_a_reason() -> None:
    assert all(step.name and step.reason for step in STEPS)
    assert len({step.name for step in STEPS}) == len(STEPS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"const": "a"}, {"type": "string", "enum": ["a"]}),
        (
            {"type": ["string", "null"], "maxLength": 3},
            {"oneOf": [{"type": "null"}, {"type": "string", "maxLength": 3}]},
        ),
        ({"allOf": [{"type": "string"}, {"maxLength": 3}]}, {"type": "string", "maxLength": 3}),
        ({"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["c", "a"]}]}, {"enum": ["a", "c"]}),
        ({"type": "integer", "format": "int32", "maximum": 5.0}, {"type": "integer", "maximum": 5}),
    ],
)
def test_equivalent_schemas_have_the_same_canonical_form(one: Node, other: Node) -> None:
    assert canonical_schema(one) == canonical_schema(other)
