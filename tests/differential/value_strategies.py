"""Strategies for the values of a request: valid values, and invalid values."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.contract.document import resolve
from tests.contract_lint import Node

type Json = Any
type Values = st.SearchStrategy[Json]
# Strategies by the name of a field or of a schema, for values that must exist in the database.
type Sources = Mapping[str, Values]

# Characters that Python and PostgreSQL may handle differently in case, width, order or composition, and injections.
_WORDS = (
    *(
        "Teapot",
        "tea",
        "Crème brûlée",
        "茶杯",
        "İstanbul",
        "STRASSE straße",
        "ﬁne",
        "e\u0301clair",
        "ǅ",
        "R2D2",
        "100%",
    ),
    *("cotton_towel", "a\\b", "'; --", '"quoted"', "</script>", "\u2028", "☕🫖", "عربي", "  padded\u00a0", "x\u200by"),
    *("{0}", "%s", "null", "-", "featured", "product", "category", "0", "a  b", "naïve-Größe", "१२", "Ⅳ", "²"),
)
_NOT_STRINGS: tuple[Json, ...] = (None, True, False, 0, 1, -1, 1.5, [], {}, ["x"], {"a": 1})
_NOT_INTEGERS: tuple[Json, ...] = (None, True, "1", "", 1.5, [], {}, float("inf"), float("nan"))
_CONTROLS = ("\x00", "a\x00b", "a\nb", "a\tb", "\x7f", "a\x85b", "\x1b[0m", "\ud800", "a\u2028b", "\ufeff")
_MONEY = ("0.01", "5", "19.99", "7.5", "99999999.99", "0.10", "1234.5")
_NOT_MONEY = ("0", "0.00", "-1", "+1", "1.999", "01", "1e3", "100000000", "1,5", ".5", "5.", "١٢", " 5 ", "NaN", "")
_NUMBERS = (1, 2, 3, 7, 50, -1, -2, 10_000)


def mostly(usual: Values, otherwise: Values, *, once_in: int) -> Values:
    """Draw from `usual`, and once in this number of draws from `otherwise`. It shrinks to `usual`."""
    return st.sampled_from([usual] * (once_in - 1) + [otherwise]).flatmap(lambda chosen: chosen)


def valid_values(schema: Node, sources: Sources, name: str = "") -> Values:
    """Return a strategy for values that match the schema. `sources` has precedence over the schema."""
    node = resolve(schema)
    for source in (name, _schema_name(schema)):
        if source in sources:
            return sources[source]
    if "oneOf" in node:
        return st.one_of([valid_values(part, sources) for part in node["oneOf"]])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    return _of_type(node, sources)


def invalid_values(schema: Node) -> Values:
    """Return a strategy for values at and beyond the bounds of the schema, and of other types."""
    node = resolve(schema)
    if "oneOf" in node:
        return st.one_of([invalid_values(part) for part in node["oneOf"]])
    if node.get("type") == "integer":
        return st.sampled_from([*_NOT_INTEGERS, *_around(node), 0, 1.0, 1e2, 2**63, -(2**64), 10**400])
    if node.get("type") == "boolean":
        return st.sampled_from([None, 0, 1, "true", "false", "", [], {}])
    if node.get("type") == "array":
        return st.sampled_from([None, {}, "x", 1, [], [None], [[]], ["x"], [{}] * (node["maxItems"] + 1)])
    return st.sampled_from([*_NOT_STRINGS, *_CONTROLS, *_NOT_MONEY, *_WORDS, *_lengths(node)])


def _of_type(node: Node, sources: Sources) -> Values:
    match node.get("type"):
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.sampled_from([number for number in (*_NUMBERS, *_around(node)) if _admits(node, number)])
        case "array":
            return st.lists(valid_values(node["items"], sources), min_size=1, max_size=4)
        case "object":
            return objects(node, sources)
    if "[0-9]{0,7}" in node.get("pattern", ""):
        return st.sampled_from(_MONEY)
    words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join)
    return words.map(lambda text: text.ljust(node.get("minLength", 0), "."))


def objects(node: Node, sources: Sources) -> Values:
    """Return a strategy for objects with all required fields and some of the optional ones."""
    required = node.get("required", [])
    fields = {name: valid_values(part, sources, name) for name, part in node["properties"].items()}
    return st.fixed_dictionaries(
        {name: values for name, values in fields.items() if name in required},
        optional={name: values for name, values in fields.items() if name not in required},
    )


def _around(node: Node) -> list[int]:
    low, high = node["minimum"], node["maximum"]
    return [low - 1, low, high, high + 1]


def _admits(node: Node, number: int) -> bool:
    return bool(node["minimum"] <= number <= node["maximum"] and {"const": number} != node.get("not"))


def _lengths(node: Node) -> list[str]:
    least, most = node.get("minLength", 0), min(node.get("maxLength", 100), 5_000)
    return [letter * length for letter in ("x", "é", "🫖") for length in (max(least - 1, 0), least, most, most + 1)]


def _schema_name(schema: Node) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
