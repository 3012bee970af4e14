"""Requests to the operations of openapi.yaml, as random steps of a sequence."""

import json
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.contract.document import Operation
from tests.differential.steps import Step
from tests.differential.values import Json, Sources, mostly, objects, odd, plausible

# What a request may be sent with instead of the headers that the operation wants.
_ACCEPT = (
    "application/json",
    "*/*;q=0.1",
    "text/html",
    "application/*",
    "application/json;q=0",
    "text/html, */*;q=0",
    "",
)
_CONTENT_TYPE = (
    *("application/json; charset=UTF-8", "application/json;charset=latin-1", "text/plain", "application/problem+json"),
    *("APPLICATION/JSON", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""),
)
# Servers have limits of their own for addresses, which are outside the contract.
_LONGEST_QUERY = 1_800
_NOT_JSON = ("", "{", "null", "[]", '"x"', "{}x", '{"a":1,"a":2}', "[" * 65, "\ufeff{}", "nul", '{"name":"\\ud800"}')


@st.composite
def steps(draw: st.DrawFn, operation: Operation, sources: Sources, callers: st.SearchStrategy[str]) -> Step:
    """A request to the operation, mostly one that it serves."""
    headers = dict(_header_parameters(draw, operation, sources))
    body = None
    if operation.media_type:
        headers["Content-Type"] = operation.media_type
        body = _body(draw, operation, sources)
    if _seldom(draw, 20):
        headers["Accept"] = draw(st.sampled_from(_ACCEPT))
    if operation.media_type and _seldom(draw, 20):
        headers["Content-Type"] = draw(st.sampled_from(_CONTENT_TYPE))
    path = _path(draw, operation, sources) + _query(draw, operation, sources)
    return Step(draw(callers), operation.method, path, tuple(headers.items()), body)


def _seldom(draw: st.DrawFn, once_in: int) -> bool:
    """True once in so many; shrinks to False."""
    return draw(st.sampled_from([False] * (once_in - 1) + [True]))


def _path(draw: st.DrawFn, operation: Operation, sources: Sources) -> str:
    values = {}
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            value = draw(mostly(plausible(parameter["schema"], sources), odd(parameter["schema"]), once_in=15))
            values[parameter["name"]] = quote(str(value).encode("utf-8", "replace"), safe="<>/") or "-"
    return operation.path.format(**values)


def _header_parameters(draw: st.DrawFn, operation: Operation, sources: Sources) -> list[tuple[str, str]]:
    named = [parameter["name"] for parameter in operation.parameters if parameter["in"] == "header"]
    return [(name, draw(sources[name])) for name in named if draw(st.booleans())]


def _query(draw: st.DrawFn, operation: Operation, sources: Sources) -> str:
    pairs: list[tuple[str, str]] = []
    for parameter in operation.parameters:
        if parameter["in"] == "query" and _seldom(draw, 3):
            name, schema = parameter["name"], parameter["schema"]
            value = draw(mostly(plausible(schema, sources, name), odd(schema), once_in=8))
            pairs.append((name, _in_query(value)))
            if len(urlencode(pairs, errors="replace")) > _LONGEST_QUERY:
                pairs.pop()
    if pairs and _seldom(draw, 15):
        pairs.append(draw(st.sampled_from(pairs)))
    if _seldom(draw, 25):
        pairs.append(
            draw(st.sampled_from([("page", "2"), ("format", "json"), ("", "x"), ("ordering", ""), ("Limit", "1")]))
        )
    return "?" + urlencode(pairs, safe="<>/", errors="replace") if pairs else ""


def _in_query(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value) if not isinstance(value, float) else repr(value)


def _body(draw: st.DrawFn, operation: Operation, sources: Sources) -> str:
    fields = draw(objects(operation.body_schema, sources))
    if operation.takes_json:
        if _seldom(draw, 25):
            return str(draw(st.sampled_from(_NOT_JSON)))
        return json.dumps(_spoilt(draw, operation, fields), ensure_ascii=draw(st.booleans()), separators=(",", ":"))
    return urlencode(_spoilt(draw, operation, fields), safe="<>/", errors="replace")


def _spoilt(draw: st.DrawFn, operation: Operation, fields: dict[str, Json]) -> dict[str, Json]:
    """The same fields, in one of four cases with something wrong in one or more of them."""
    properties = operation.body_schema["properties"]
    while _seldom(draw, 5):
        name = draw(st.sampled_from(sorted(properties)))
        match draw(st.sampled_from(["odd", "missing", "unknown", "deep"])):
            case "odd":
                fields[name] = draw(odd(properties[name]))
            case "missing":
                fields.pop(name, None)
            case "unknown":
                fields[draw(st.sampled_from(["id", "colour", name.title(), "a/b~c", ""]))] = draw(odd(properties[name]))
            case "deep":
                _spoil_item(draw, fields.get(name))
    return fields


def _spoil_item(draw: st.DrawFn, items: Json) -> None:
    """Put something wrong into one item of an array."""
    if isinstance(items, list) and items and isinstance(items[0], dict):
        item = draw(st.sampled_from(items))
        item[draw(st.sampled_from([*sorted(item), "colour"]))] = draw(odd({"type": "string"}))
