"""asyncapi.yaml for the tests: the schemas of the messages."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.contract.client import Json
from tests.contract_lint import load

ASYNCAPI = load("asyncapi.yaml")
SENT_BY_SERVER = ("send_event", "send_error")
_URI = "urn:notifications"
_REGISTRY: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(ASYNCAPI))


@cache
def validator(message: str) -> Draft202012Validator:
    """Return the validator of the payload of a message of the components."""
    reference = {"$ref": f"{_URI}#/components/messages/{message}/payload"}
    return Draft202012Validator(reference, registry=_REGISTRY, format_checker=FormatChecker())


@cache
def messages_of_server() -> frozenset[str]:
    """Return the names of the messages that the server sends, replies included."""
    operations = ASYNCAPI["operations"]
    sent = [reference for name in SENT_BY_SERVER for reference in operations[name]["messages"]]
    sent += [reference for one in operations.values() for reference in one.get("reply", {}).get("messages", [])]
    return frozenset(reference["$ref"].rpartition("/")[2] for reference in sent)


def read_frame(text: str | bytes) -> Json:
    """Return the message in a frame of the server. Fail if the contract does not allow it."""
    assert isinstance(text, str)
    message = json.loads(text)
    assert message["type"] in messages_of_server()
    assert [error.message for error in validator(message["type"]).iter_errors(message)] == []
    assert text == json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    schema = ASYNCAPI["components"]["messages"][message["type"]]["payload"]["$ref"].rpartition("/")[2]
    assert list(message) == ASYNCAPI["components"]["schemas"][schema]["required"]
    return message
