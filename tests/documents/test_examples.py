"""The generated documents contain the examples, the tags and the descriptions of openapi.yaml."""

from typing import Any

import httpx
import pytest

from harness.servers.server import RunningServer
from tests.contract.document import DOCUMENT
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract_lint import Node, operations
from tests.documents.normalisation import inline_references, move_parameters_to_operations, sort_parameters

type Examples = dict[str, Any]


@pytest.fixture(params=IMPLEMENTATIONS)
def served(request: pytest.FixtureRequest) -> Node:
    """The document that each implementation serves."""
    running: RunningServer = request.getfixturevalue(request.param)
    document: Node = httpx.get(f"{running.url}/openapi.json", trust_env=False).raise_for_status().json()
    return document


def test_generated_documents_contain_the_examples_of_the_contract(served: Node) -> None:
    assert examples(served) == examples(DOCUMENT)


def test_generated_documents_contain_the_tags_of_the_contract(served: Node) -> None:
    assert served["tags"] == DOCUMENT["tags"]


def test_generated_documents_describe_the_operations_as_the_contract(served: Node) -> None:
    assert descriptions(served) == descriptions(DOCUMENT)


def descriptions(document: Node) -> dict[str, tuple[str, str]]:
    """Return summary and description of each operation, whatever their line breaks."""
    return {
        name: (operation["summary"], " ".join(operation.get("description", "").split()))
        for name, operation in operations(document)
    }


def examples(document: Node) -> dict[str, Examples]:
    """Return the examples of bodies, responses and path parameters, by operation and place."""
    document = sort_parameters(move_parameters_to_operations(inline_references(document)))
    return {name: dict(_of_operation(operation)) for name, operation in operations(document)}


def _of_operation(operation: Node) -> Any:
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            yield parameter["name"], parameter.get("example")
    bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
    for place, body in bodies.items():
        for media in body.get("content", {}).values():
            yield place, _values(media)


def _values(media: Node) -> list[Any]:
    values = [media["example"]] if "example" in media else [one["value"] for one in media.get("examples", {}).values()]
    return sorted(values, key=str)
