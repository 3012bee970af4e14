"""Convert JSON Schemas to a canonical form, so that equivalent schemas become equal."""

import json
from collections.abc import Callable
from typing import Any

from tests.contract_lint import Node

type Rule = Callable[[Node], Node]


def canonical_schema(schema: Node, *, in_order: bool = False) -> Node:
    """Return the canonical form of a schema. With `in_order` the order of properties matters, as in responses."""
    for rule in RULES:
        schema = rule(schema)
    schema = {key: _canonical_value(key, value, in_order) for key, value in schema.items()}
    if in_order and "properties" in schema:
        schema["(order)"] = list(schema["properties"])
    return schema


def _canonical_value(key: str, value: Any, in_order: bool) -> Any:
    if key == "properties":
        return {name: canonical_schema(part, in_order=in_order) for name, part in value.items()}
    if key in {"items", "not"}:
        return canonical_schema(value, in_order=in_order)
    if key == "anyOf":
        return sorted((canonical_schema(part, in_order=in_order) for part in value), key=_text)
    return value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def merge_all_of(schema: Node) -> Node:
    """Merge the schemas of `allOf` into one. Two enumerations are reduced to their common values."""
    merged: Node = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema.get("allOf", ()):
        merged = _both(merged, merge_all_of(part))
    return merged


def _both(one: Node, other: Node) -> Node:
    both = {**one, **other}
    for key in one.keys() & other.keys():
        if key == "properties":
            names = [*one[key], *(name for name in other[key] if name not in one[key])]
            both[key] = {
                name: _both(*(_constrained(side[key].get(name, {})) for side in (one, other))) for name in names
            }
        elif key == "enum":
            both[key] = [value for value in one[key] if value in other[key]]
        elif key == "required":
            both[key] = [*one[key], *other[key]]
    return both


def _constrained(schema: Node) -> Node:
    return write_constants_as_enumerations(merge_all_of(schema))


def write_constants_as_enumerations(schema: Node) -> Node:
    """Replace `const: x` by `enum: [x]`, and remove keywords that the values imply, such as type and bounds."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is None:
        return schema
    implied = {"const", "type", "minimum", "maximum", "minLength", "maxLength", "pattern", "format"}
    return {**{key: value for key, value in schema.items() if key not in implied}, "enum": sorted(values, key=_text)}


def write_alternatives_as_any_of(schema: Node) -> Node:
    """Replace `oneOf` and lists of types by `anyOf`. The alternatives in these documents exclude each other."""
    if isinstance(schema.get("type"), list):
        kinds = schema["type"]
        rest = {key: value for key, value in schema.items() if key not in {"type", "default"}}
        alternatives = [{"type": "null"} if kind == "null" else {**rest, "type": kind} for kind in kinds]
        schema = {**{key: value for key, value in schema.items() if key == "default"}, "anyOf": alternatives}
    if "oneOf" in schema:
        schema = {**{key: value for key, value in schema.items() if key != "oneOf"}, "anyOf": schema["oneOf"]}
    return schema


def drop_keywords_without_effect(schema: Node) -> Node:
    """Remove keywords that accept every value, such as `minLength: 0`. FastAPI omits a default of null."""
    without_effect = {
        "minLength": 0,
        "minItems": 0,
        "required": [],
        "readOnly": True,
        "writeOnly": True,
        "default": None,
    }
    return {key: value for key, value in schema.items() if key not in without_effect or value != without_effect[key]}


def drop_redundant_formats(schema: Node) -> Node:
    """Remove `int32`, which the bounds imply, and `password`, which is a hint for forms."""
    hints = {"int32", "password"}
    return {key: value for key, value in schema.items() if key != "format" or value not in hints}


def sort_required(schema: Node) -> Node:
    """Sort the required fields, because their order has no meaning."""
    return {**schema, "required": sorted(set(schema["required"]))} if "required" in schema else schema


RULES: tuple[Rule, ...] = (
    merge_all_of,
    write_constants_as_enumerations,
    write_alternatives_as_any_of,
    drop_keywords_without_effect,
    drop_redundant_formats,
    sort_required,
)
