"""How a `ReadOnlySerializer` reads and converts the values of an instance, determined once for each class."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from rest_framework import serializers

from django_impl.common.validation.fields import ListField, UnconvertedField

type Field = serializers.Field[Any, Any, Any, Any]


class FieldPlan(NamedTuple):
    """The names of the fields, the functions that read their values, and the functions that convert them."""

    names: list[str]
    columns: list[str]
    get_instance_values: Callable[[Any], tuple[Any, ...]] | None  # None if a field is DRF's own
    get_row_values: Callable[[Any], tuple[Any, ...]]
    converters: Sequence[tuple[str, Callable[[Any], Any]]]
    fields_needing_instance: list[str]


def plan_fields(fields: Mapping[str, Field]) -> FieldPlan:
    """Return the plan for the fields of a serializer."""
    fields = {name: field for name, field in fields.items() if not field.write_only}
    sources = [str(field.source) for field in fields.values()]
    columns = [source.replace(".", "__") for source in sources]
    are_planned = all(isinstance(field, UnconvertedField | ListField) for field in fields.values())
    return FieldPlan(
        names=list(fields),
        columns=columns,
        get_instance_values=_getter(sources) if are_planned else None,
        get_row_values=_getter(columns),
        converters=[(name, field.to_representation) for name, field in fields.items() if not _is_unconverted(field)],
        fields_needing_instance=[name for name, field in fields.items() if not _is_column(field)],
    )


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that reads the attributes as a tuple."""
    if not names:
        return lambda _instance: ()
    get = attrgetter(*names)  # returns a tuple for two names or more
    return get if len(names) > 1 else lambda instance: (get(instance),)


def _is_unconverted(field: Field) -> bool:
    return type(field).to_representation is UnconvertedField.to_representation


def _is_column(field: Field) -> bool:
    """Return whether a column of the query has the value of the field."""
    needs_instance = type(field).get_attribute is not serializers.Field.get_attribute or field.source == "*"
    item = field.child if isinstance(field, serializers.ListField) else field
    return not needs_instance and not isinstance(item, serializers.BaseSerializer | serializers.FileField)
