"""What may differ between two OpenAPI documents that say the same: each step has a name and a reason.

All that no step names must be equal: paths, methods, operationIds, parameters with their bounds, request schemas with
bounds, required fields and defaults, every status with its media types and headers, the order of properties in
answers, security.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.contract_lint import METHODS, Node, operations
from tests.documents.schemas import canonical_schema

PROSE = {"title", "description", "summary", "example", "examples", "externalDocs", "deprecated"}
# The names of fields are no keywords: a field may be called `title` or `description`.
NAMES_OF_ONES_OWN = {"properties", "paths", "responses", "headers", "content", "schemas", "securitySchemes", "scopes"}


@dataclass(frozen=True)
class Step:
    """One freedom that documents have, undone."""

    name: str
    reason: str
    apply: Callable[[Node], Node]


def inline_references(document: Node) -> Node:
    """Put what a `$ref` names in its place, with the keys beside it on top."""

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(part) for part in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            beside = {key: value for key, value in node.items() if key != "$ref"}
            return inlined({**_target(document, node["$ref"]), **beside})
        return {key: inlined(value) for key, value in node.items()}

    return {**document, "paths": inlined(document["paths"])}


def _target(document: Node, reference: str) -> Node:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    target: Node = copy.deepcopy(node)
    return target


def name_schemes_by_what_they_are(document: Node) -> Node:
    schemes = document.get("components", {}).get("securitySchemes", {})
    for _, operation in operations(document):
        alternatives: list[Node] = (operation if "security" in operation else document).get("security") or []
        operation["security"] = sorted(
            ([[schemes[name], scopes] for name, scopes in each.items()] for each in alternatives), key=len
        )
    return document


def keep_paths_and_info(document: Node) -> Node:
    info = {key: document["info"][key] for key in ("title", "version", "license")}
    return {"openapi": document["openapi"][:3], "info": info, "paths": document["paths"]}


def drop_prose(document: Node) -> Node:
    def without(node: Any, is_keywords: bool) -> Any:
        if isinstance(node, list):
            return [without(part, True) for part in node]
        if not isinstance(node, dict):
            return node
        return {
            key: without(value, not (is_keywords and key in NAMES_OF_ONES_OWN))
            for key, value in node.items()
            if not (is_keywords and (key in PROSE or key.startswith("x-")))
        }

    kept = {key: document["info"][key] for key in ("title", "version", "license")}
    return {**document, "info": kept, "paths": without(document["paths"], False)}


def drop_links(document: Node) -> Node:
    for _, operation in operations(document):
        for response in operation["responses"].values():
            response.pop("links", None)
    return document


def give_parameters_to_operations(document: Node) -> Node:
    for item in document["paths"].values():
        shared = item.pop("parameters", [])
        for method in METHODS:
            if method in item:
                item[method]["parameters"] = [*shared, *item[method].get("parameters", [])]
    return document


def sort_parameters(document: Node) -> Node:
    for _, operation in operations(document):
        operation["parameters"].sort(key=lambda parameter: (parameter["in"], parameter["name"]))
    return document


def lower_header_names(document: Node) -> Node:
    for _, operation in operations(document):
        for response in operation["responses"].values():
            response["headers"] = {name.lower(): header for name, header in response.get("headers", {}).items()}
        for parameter in operation["parameters"]:
            if parameter["in"] == "header":
                parameter["name"] = parameter["name"].lower()
    return document


def drop_what_holds_anyway(document: Node) -> Node:
    styles = {"query": ("form", True), "header": ("simple", False), "path": ("simple", False)}
    for _, operation in operations(document):
        for parameter in operation["parameters"]:
            style, explode = styles[parameter["in"]]
            _drop(parameter, required=False, style=style, explode=explode, allowEmptyValue=False)
        for response in operation["responses"].values():
            _drop(response, content={})
            for header in response["headers"].values():
                _drop(header, required=False, style="simple", explode=False)
    return document


def _drop(node: Node, **anyway: Any) -> None:
    for key, value in anyway.items():
        if key in node and node[key] == value:
            del node[key]


def write_schemas_one_way(document: Node) -> Node:
    for _, operation in operations(document):
        bodies = [(operation.get("requestBody", {}), False), *((one, True) for one in operation["responses"].values())]
        for body, in_order in bodies:
            for media in body.get("content", {}).values():
                media["schema"] = canonical_schema(media["schema"], in_order=in_order)
        for header in (
            header for response in operation["responses"].values() for header in response["headers"].values()
        ):
            header["schema"] = canonical_schema(header["schema"])
        for parameter in operation["parameters"]:
            parameter["schema"] = canonical_schema(parameter["schema"])
    return document


STEPS = (
    Step("inline references", "what is shared, and by which name, is the generator's choice", inline_references),
    Step(
        "name schemes by what they are",
        "its name is a label; an operation without any has the document's, or none",
        name_schemes_by_what_they_are,
    ),
    Step("keep paths and info", "components are inlined; servers and tags are for readers", keep_paths_and_info),
    Step(
        "drop prose",
        "titles, descriptions and examples are for readers, each implementation's in its own words",
        drop_prose,
    ),
    Step("drop links", "no generator knows what follows an operation", drop_links),
    Step("give parameters to operations", "a path may hold them for all its operations", give_parameters_to_operations),
    Step("sort parameters", "their order says nothing", sort_parameters),
    Step("lower header names", "case does not count in them", lower_header_names),
    Step("drop what holds anyway", "a default may be written or left out", drop_what_holds_anyway),
    Step(
        "write schemas one way", "JSON Schema says many things in several ways; see schemas.py", write_schemas_one_way
    ),
)


def normalised(document: Node) -> Node:
    """The document after every step; the one given stays as it is."""
    document = copy.deepcopy(document)
    for step in STEPS:
        document = step.apply(document)
    return document
