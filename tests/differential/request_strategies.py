"""Strategies for random requests to the operations of openapi.yaml."""

import json
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.contract.document import Operation
from tests.differential.steps import Step
from tests.differential.value_strategies import Json, Sources, invalid_values, mostly, objects, valid_values

# Header values that are sometimes sent instead of those that the operation needs.
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
# The HTTP servers limit the length of a URL. These limits are not part of the contract.
_MAX_QUERY_LENGTH = 1_800
BOUNDARY = "cut"
_NOT_JSON = ("", "{", "null", "[]", '"x"', "{}x", '{"a":1,"a":2}', "[" * 65, "\ufeff{}", "nul", '{"name":"\\ud800"}')


@st.composite
def steps(draw: st.DrawFn, operation: Operation, sources: Sources, callers: st.SearchStrategy[str]) -> Step:
    """Draw a request to the operation. Most of them are valid."""
    headers = dict(_header_parameters(draw, operation, sources))
    body = None
    if operation.media_type:
        headers["Content-Type"] = operation.media_type
        if operation.takes_file:
            headers["Content-Type"] += f"; boundary={BOUNDARY}"
        body = _body(draw, operation, sources)
    if _once_in(draw, 20):
        headers["Accept"] = draw(st.sampled_from(_ACCEPT))
    if operation.media_type and _once_in(draw, 20):
        headers["Content-Type"] = draw(st.sampled_from(_CONTENT_TYPE))
    path = _path(draw, operation, sources) + _query(draw, operation, sources)
    return Step(draw(callers), operation.method, path, tuple(headers.items()), body)


def _once_in(draw: st.DrawFn, number: int) -> bool:
    """Draw True once in this number of draws, otherwise False. It shrinks to False."""
    return draw(st.sampled_from([False] * (number - 1) + [True]))


def _path(draw: st.DrawFn, operation: Operation, sources: Sources) -> str:
    values = {}
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            value = draw(
                mostly(valid_values(parameter["schema"], sources), invalid_values(parameter["schema"]), once_in=15)
            )
            values[parameter["name"]] = quote(str(value).encode("utf-8", "replace"), safe="<>/") or "-"
    return operation.path.format(**values)


def _header_parameters(draw: st.DrawFn, operation: Operation, sources: Sources) -> list[tuple[str, str]]:
    named = [parameter["name"] for parameter in operation.parameters if parameter["in"] == "header"]
    return [(name, draw(sources[name])) for name in named if draw(st.booleans())]


def _query(draw: st.DrawFn, operation: Operation, sources: Sources) -> str:
    pairs: list[tuple[str, str]] = []
    for parameter in operation.parameters:
        if parameter["in"] == "query" and _once_in(draw, 3):
            name, schema = parameter["name"], parameter["schema"]
            value = draw(mostly(valid_values(schema, sources, name), invalid_values(schema), once_in=8))
            pairs.append((name, _in_query(value)))
            if len(urlencode(pairs, errors="replace")) > _MAX_QUERY_LENGTH:
                pairs.pop()
    if pairs and _once_in(draw, 15):
        pairs.append(draw(st.sampled_from(pairs)))
    if _once_in(draw, 25):
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
        if _once_in(draw, 25):
            return str(draw(st.sampled_from(_NOT_JSON)))
        return json.dumps(
            _with_errors(draw, operation, fields), ensure_ascii=draw(st.booleans()), separators=(",", ":")
        )
    if operation.takes_file:
        return _multipart(draw)
    return urlencode(_with_errors(draw, operation, fields), safe="<>/", errors="replace")


def _multipart(draw: st.DrawFn) -> str:
    """Return a form without an image, which the two implementations would store under different names."""
    names, file_names = st.sampled_from(["image", "image", "alt", "", "a/b~c"]), st.sampled_from([None, "a.png", ""])
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        file_name = draw(file_names)
        lines += [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="{draw(names)}"']
        lines[-1] += "" if file_name is None else f'; filename="{file_name}"'
        lines += ["", draw(st.sampled_from(["", "x", "GIF89a", "\r\n--", f"--{BOUNDARY}"]))]
    return "\r\n".join([*lines, draw(st.sampled_from([f"--{BOUNDARY}--", f"--{BOUNDARY}--", ""])), ""])


def _with_errors(draw: st.DrawFn, operation: Operation, fields: dict[str, Json]) -> dict[str, Json]:
    """Return the fields. Once in five draws one or more of them are invalid, missing or unknown."""
    properties = operation.body_schema["properties"]
    while _once_in(draw, 5):
        name = draw(st.sampled_from(sorted(properties)))
        match draw(st.sampled_from(["invalid", "missing", "unknown", "nested"])):
            case "invalid":
                fields[name] = draw(invalid_values(properties[name]))
            case "missing":
                fields.pop(name, None)
            case "unknown":
                fields[draw(st.sampled_from(["id", "colour", name.title(), "a/b~c", ""]))] = draw(
                    invalid_values(properties[name])
                )
            case "nested":
                _add_error_to_item(draw, fields.get(name))
    return fields


def _add_error_to_item(draw: st.DrawFn, items: Json) -> None:
    """Make one field of one item of an array invalid, or add an unknown field."""
    if isinstance(items, list) and items and isinstance(items[0], dict):
        item = draw(st.sampled_from(items))
        item[draw(st.sampled_from([*sorted(item), "colour"]))] = draw(invalid_values({"type": "string"}))
