"""Normalise OpenAPI documents, so that equivalent documents become equal. Each step has a name and a reason.

Everything that no step changes must be equal: paths, methods, operationIds, parameters with their bounds, request
schemas with bounds, required fields and defaults, each status with its media types and headers, the order of
properties in responses, and security.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.contract_lint import METHODS, Node, operations
from tests.documents.schemas import canonical_schema

PROSE = {"title", "description", "summary", "example", "examples", "externalDocs", "deprecated"}
# The keys of these mappings are names, not keywords. A field may be called `title` or `description`.
MAPPINGS_OF_NAMES = {"properties", "paths", "responses", "headers", "content", "schemas", "securitySchemes", "scopes"}


@dataclass(frozen=True)
class Step:
    """A change of a document that removes differences without a meaning."""

    name: str
    reason: str
    apply: Callable[[Node], Node]


def inline_references(document: Node) -> Node:
    """Replace each `$ref` by its target. Keys beside the `$ref` override those of the target."""

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


def replace_scheme_names_by_definitions(document: Node) -> Node:
    """Replace the name of each security scheme by its definition, also where an operation inherits it."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    for _, operation in operations(document):
        alternatives: list[Node] = (operation if "security" in operation else document).get("security") or []
        operation["security"] = sorted(
            ([[schemes[name], scopes] for name, scopes in each.items()] for each in alternatives), key=len
        )
    return document


def keep_paths_and_info(document: Node) -> Node:
    """Remove everything except the version of OpenAPI, the info and the paths."""
    info = {key: document["info"][key] for key in ("title", "version", "license")}
    return {"openapi": document["openapi"][:3], "info": info, "paths": document["paths"]}


def drop_prose(document: Node) -> Node:
    """Remove titles, descriptions, summaries, examples and extensions."""

    def without(node: Any, is_keywords: bool) -> Any:
        if isinstance(node, list):
            return [without(part, True) for part in node]
        if not isinstance(node, dict):
            return node
        return {
            key: without(value, not (is_keywords and key in MAPPINGS_OF_NAMES))
            for key, value in node.items()
            if not (is_keywords and (key in PROSE or key.startswith("x-")))
        }

    kept = {key: document["info"][key] for key in ("title", "version", "license")}
    return {**document, "info": kept, "paths": without(document["paths"], False)}


def drop_links(document: Node) -> Node:
    """Remove the links of responses."""
    for _, operation in operations(document):
        for response in operation["responses"].values():
            response.pop("links", None)
    return document


def move_parameters_to_operations(document: Node) -> Node:
    """Move the parameters of a path to its operations."""
    for item in document["paths"].values():
        shared = item.pop("parameters", [])
        for method in METHODS:
            if method in item:
                item[method]["parameters"] = [*shared, *item[method].get("parameters", [])]
    return document


def sort_parameters(document: Node) -> Node:
    """Sort the parameters of each operation by place and name."""
    for _, operation in operations(document):
        operation["parameters"].sort(key=lambda parameter: (parameter["in"], parameter["name"]))
    return document


def lower_header_names(document: Node) -> Node:
    """Convert the names of headers to lower case."""
    for _, operation in operations(document):
        for response in operation["responses"].values():
            response["headers"] = {name.lower(): header for name, header in response.get("headers", {}).items()}
        for parameter in operation["parameters"]:
            if parameter["in"] == "header":
                parameter["name"] = parameter["name"].lower()
    return document


def drop_default_values(document: Node) -> Node:
    """Remove keywords that have their default value."""
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


def _drop(node: Node, **defaults: Any) -> None:
    for key, value in defaults.items():
        if key in node and node[key] == value:
            del node[key]


def canonicalise_schemas(document: Node) -> Node:
    """Convert all schemas to their canonical form, see schemas.py."""
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
    Step("inline references", "each generator chooses which parts are shared, and their names", inline_references),
    Step(
        "replace scheme names by definitions",
        "the names have no meaning, and an operation may inherit the security of the document",
        replace_scheme_names_by_definitions,
    ),
    Step(
        "keep paths and info",
        "components are inlined, and servers and tags do not affect requests and responses",
        keep_paths_and_info,
    ),
    Step(
        "drop prose",
        "titles, descriptions and examples are text for readers",
        drop_prose,
    ),
    Step("drop links", "neither generator can derive links from the code", drop_links),
    Step(
        "move parameters to operations",
        "a path may define parameters for all its operations",
        move_parameters_to_operations,
    ),
    Step("sort parameters", "their order has no meaning", sort_parameters),
    Step("lower header names", "they are case-insensitive", lower_header_names),
    Step("drop default values", "a keyword with its default value can be left out", drop_default_values),
    Step("canonicalise schemas", "JSON Schema has several forms for the same rule", canonicalise_schemas),
)


def normalised(document: Node) -> Node:
    """Return a normalised copy of the document."""
    document = copy.deepcopy(document)
    for step in STEPS:
        document = step.apply(document)
    return document
