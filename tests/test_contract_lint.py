"""The linter finds what it is there for, and the contract is clean."""

from collections.abc import Callable

import pytest

from tests.contract_lint import Node, lint, load


def test_the_contract_breaks_no_rule() -> None:
    assert lint(load("openapi.yaml"), load("errors.yaml")) == []


def _drop_operation_id(document: Node) -> None:
    del document["paths"]["/healthz"]["get"]["operationId"]
    document["paths"]["/healthz"]["get"]["operationId"] = "get_readiness"


def _drop_answer(document: Node) -> None:
    del document["paths"]["/api/orders/{id}"]["get"]["responses"]["404"]


def _drop_bound(document: Node) -> None:
    del document["components"]["schemas"]["FullName"]["maxLength"]


def _admit_unknown_fields(document: Node) -> None:
    document["components"]["schemas"]["NewOrder"]["additionalProperties"] = True


def _drop_example(document: Node) -> None:
    del document["paths"]["/api/orders"]["post"]["requestBody"]["content"]["application/json"]["example"]


def _invent_code(document: Node) -> None:
    document["components"]["schemas"]["FieldErrorCode"]["enum"].append("invented")


def _reword_example(document: Node) -> None:
    document["components"]["responses"]["NotFound"]["content"]["application/problem+json"]["example"]["title"] = "Gone"


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_drop_operation_id, "is taken"),
        (_drop_answer, "GET /api/orders/{id}: does not document 404"),
        (_drop_bound, "schema FullName: has no maxLength"),
        (_admit_unknown_fields, "schema NewOrder: admits unknown fields"),
        (_drop_example, "the request body has no example"),
        (_invent_code, "invented stands only in one"),
        (_reword_example, "the example of not_found is not what errors.yaml says"),
    ],
)
def test_a_broken_rule_is_named(spoil: Callable[[Node], None], complaint: str) -> None:
    document = load("openapi.yaml")
    spoil(document)

    assert any(complaint in line for line in lint(document, load("errors.yaml")))
