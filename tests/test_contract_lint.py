"""The linter of openapi.yaml and asyncapi.yaml reports each kind of violation, and none in the contract."""

from collections.abc import Callable

import pytest

from tests.contract_lint import Node, lint, lint_asyncapi, load


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


def test_asyncapi_follows_all_rules() -> None:
    assert lint_asyncapi(load("asyncapi.yaml"), load("errors.yaml"), load("settings.yaml")) == []


def _break_reference(document: Node) -> None:
    document["operations"]["receive_ping"]["messages"][0]["$ref"] = "#/channels/notifications/messages/pin"


def _break_example(document: Node) -> None:
    del document["components"]["messages"]["stock.low"]["examples"][0]["payload"]["at"]


def _drop_examples(document: Node) -> None:
    del document["components"]["messages"]["ping"]["examples"]


def _rename_type(document: Node) -> None:
    document["components"]["schemas"]["Pong"]["properties"]["type"]["const"] = "ping"


def _allow_unknown_members(document: Node) -> None:
    del document["components"]["schemas"]["StockLow"]["properties"]["data"]["additionalProperties"]


def _drop_from_channel(document: Node) -> None:
    del document["channels"]["notifications"]["messages"]["order.created"]
    document["operations"]["send_event"]["messages"].pop(3)


def _drop_operation(document: Node) -> None:
    del document["operations"]["receive_since"]


def _drop_security(document: Node) -> None:
    del document["operations"]["receive_since"]["security"]


def _drop_close_code(document: Node) -> None:
    del document["channels"]["notifications"]["x-close-codes"]["4403"]


def _change_message(document: Node) -> None:
    document["components"]["messages"]["error"]["examples"][0]["payload"]["message"] = "Unknown"


def _change_refusal(document: Node) -> None:
    document["channels"]["notifications"]["x-handshake-refusals"][0]["status"] = 403


@pytest.mark.parametrize(
    ("break_rule", "message"),
    [
        (_break_reference, "#/channels/notifications/messages/pin does not exist"),
        (_break_example, "message stock.low: example low: 'at' is a required property"),
        (_drop_examples, "message ping: has no example"),
        (_rename_type, "message pong: its type is another"),
        (_allow_unknown_members, "schema StockLow.data: allows unknown fields"),
        (_drop_from_channel, "message order.created is only in one of"),
        (_drop_operation, "message since: no operation has it"),
        (_drop_security, "operation receive_since: has no security"),
        (_drop_close_code, "the close codes differ"),
        (_change_message, "the examples of errors differ"),
        (_change_refusal, "the refusal invalid_host differs"),
    ],
)
def test_violation_in_asyncapi_is_reported(break_rule: Callable[[Node], None], message: str) -> None:
    document = load("asyncapi.yaml")
    break_rule(document)

    assert any(message in line for line in lint_asyncapi(document, load("errors.yaml"), load("settings.yaml")))
