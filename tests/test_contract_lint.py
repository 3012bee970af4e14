"""The linter reports each kind of violation, and none in the contract."""

from collections.abc import Callable

import pytest

from tests.contract_lint import Node, lint, load


def test_contract_follows_all_rules() -> None:
    assert lint(load("openapi.yaml"), load("errors.yaml")) == []


def _duplicate_operation_id(document: Node) -> None:
    document["paths"]["/healthz"]["get"]["operationId"] = "get_readiness"


def _drop_response(document: Node) -> None:
    del document["paths"]["/api/orders/{id}"]["get"]["responses"]["404"]


def _drop_bound(document: Node) -> None:
    del document["components"]["schemas"]["FullName"]["maxLength"]


def _allow_unknown_fields(document: Node) -> None:
    document["components"]["schemas"]["NewOrder"]["additionalProperties"] = True


def _drop_example(document: Node) -> None:
    del document["paths"]["/api/orders"]["post"]["requestBody"]["content"]["application/json"]["example"]


def _add_code(document: Node) -> None:
    document["components"]["schemas"]["FieldErrorCode"]["enum"].append("invented")


def _change_example(document: Node) -> None:
    document["components"]["responses"]["NotFound"]["content"]["application/problem+json"]["example"]["title"] = "Gone"


@pytest.mark.parametrize(
    ("break_rule", "message"),
    [
        (_duplicate_operation_id, "is used twice"),
        (_drop_response, "GET /api/orders/{id}: does not document 404"),
        (_drop_bound, "schema FullName: has no maxLength"),
        (_allow_unknown_fields, "schema NewOrder: allows unknown fields"),
        (_drop_example, "the request body has no example"),
        (_add_code, "invented is only in one"),
        (_change_example, "the example of not_found differs from errors.yaml"),
    ],
)
def test_violation_is_reported(break_rule: Callable[[Node], None], message: str) -> None:
    document = load("openapi.yaml")
    break_rule(document)

    assert any(message in line for line in lint(document, load("errors.yaml")))
