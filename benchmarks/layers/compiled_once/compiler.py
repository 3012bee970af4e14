"""The compiler of SELECT statements, which keeps the SQL of each shape of query."""

from collections.abc import Iterator
from typing import Any

from django.db import NotSupportedError
from django.db.backends.postgresql import compiler
from django.db.models import Func, Value
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, GreaterThan, LessThan, Lookup
from django.db.models.sql.where import WhereNode

type Shape = tuple[Any, ...]

# Attributes of a compiler that `as_sql` sets and that are read with the rows.
_ATTRIBUTES = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")

_compiled: dict[Shape, tuple[str, dict[str, Any]]] = {}


class Unsupported(NotSupportedError):
    """The query has a part whose shape is not known."""


class SQLCompiler(compiler.SQLCompiler):
    """Compiles a query whose shape is new, and otherwise only collects its parameters."""

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its parameters. Raises Unsupported."""
        query = self.query
        parameters: list[Any] = []
        where = tuple(self._shape(query.where, parameters))
        shape = (query.model, query.values_select, query.order_by, query.low_mark, query.high_mark, where)
        if shape not in _compiled:
            sql, compiled_parameters = super().as_sql(with_limits, with_col_aliases)
            if list(compiled_parameters) != parameters:
                raise Unsupported(f"{sql}: parameters {compiled_parameters}, collected {parameters}")
            _compiled[shape] = sql, {name: getattr(self, name) for name in _ATTRIBUTES}
        sql, attributes = _compiled[shape]
        self.__dict__.update(attributes)
        return sql, tuple(parameters)

    def _shape(self, node: Any, parameters: list[Any]) -> Iterator[Any]:
        """Yield the parts of a condition that its SQL depends on, and append its parameters."""
        yield type(node)
        match node:
            case WhereNode():
                yield from (node.connector, node.negated, len(node.children))
                for child in node.children:
                    yield from self._shape(child, parameters)
            case Exact(rhs=bool()):
                yield node.rhs
                yield from self._shape(node.lhs, parameters)
            case Exact() | GreaterThan() | LessThan():
                yield from self._shape(node.lhs, parameters)
                yield from self._right_side(node, parameters)
            case Func():
                yield node.function
                for part in node.get_source_expressions():
                    yield from self._shape(part, parameters)
            case Col():
                yield from (node.alias, node.target.column)
            case Value():
                parameters.extend(node.as_sql(self, self.connection)[1])
            case _:
                raise Unsupported(repr(node))

    def _right_side(self, node: "Lookup[Any]", parameters: list[Any]) -> Iterator[Any]:
        if node.rhs_is_direct_value():
            parameters.extend(node.get_db_prep_lookup(node.rhs, self.connection)[1])
        else:
            yield from self._shape(node.rhs, parameters)
