"""A canonical form of JSON Schemas that accept the same values."""

import json
from collections.abc import Callable
from typing import Any

from tests.contract_lint import Node

type Rule = Callable[[Node], Node]


def canonical_schema(schema: Node, *, in_order: bool = False) -> Node:
    """The schema as every equal one is written; `in_order` keeps the order of properties, as answers have it."""
    for rule in RULES:
        schema = rule(schema)
    schema = {key: _deeper(key, value, in_order) for key, value in schema.items()}
    if in_order and "properties" in schema:
        schema["(order)"] = list(schema["properties"])
    return schema


def _deeper(key: str, value: Any, in_order: bool) -> Any:
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
    """`allOf` is one schema with the keywords of all; of two enumerations the common values are left."""
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
    """`const: x` is `enum: [x]`, whose values tell their type and bounds."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is None:
        return schema
    implied = {"const", "type", "minimum", "maximum", "minLength", "maxLength", "pattern", "format"}
    return {**{key: value for key, value in schema.items() if key not in implied}, "enum": sorted(values, key=_text)}


def write_alternatives_as_any_of(schema: Node) -> Node:
    """`oneOf` of types that exclude each other, and a list of types, are `anyOf`."""
    if isinstance(schema.get("type"), list):
        kinds = schema["type"]
        rest = {key: value for key, value in schema.items() if key not in {"type", "default"}}
        alternatives = [{"type": "null"} if kind == "null" else {**rest, "type": kind} for kind in kinds]
        schema = {**{key: value for key, value in schema.items() if key == "default"}, "anyOf": alternatives}
    if "oneOf" in schema:
        schema = {**{key: value for key, value in schema.items() if key != "oneOf"}, "anyOf": schema["oneOf"]}
    return schema


def drop_what_admits_everything(schema: Node) -> Node:
    """A least length of 0 and an empty list of required fields demand nothing; FastAPI leaves out a default of null."""
    nothing = {"minLength": 0, "minItems": 0, "required": [], "readOnly": True, "writeOnly": True, "default": None}
    return {key: value for key, value in schema.items() if key not in nothing or value != nothing[key]}


def drop_formats_that_bounds_tell(schema: Node) -> Node:
    """int32 says no more than the bounds beside it; password is a hint for forms."""
    hints = {"int32", "password"}
    return {key: value for key, value in schema.items() if key != "format" or value not in hints}


def sort_required(schema: Node) -> Node:
    """The order of required fields says nothing."""
    return {**schema, "required": sorted(set(schema["required"]))} if "required" in schema else schema


RULES: tuple[Rule, ...] = (
    merge_all_of,
    write_constants_as_enumerations,
    write_alternatives_as_any_of,
    drop_what_admits_everything,
    drop_formats_that_bounds_tell,
    sort_required,
)
