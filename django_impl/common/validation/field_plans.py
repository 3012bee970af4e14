"""How a `ReadOnlySerializer` shows an instance, determined once for the class."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from rest_framework import serializers

from django_impl.common.validation.fields import ContractField, ListField

type Field = serializers.Field[Any, Any, Any, Any]


class FieldPlan(NamedTuple):
    """The names that are shown, where a model or a row has their values, and which of these are converted."""

    names: list[str]
    columns: list[str]
    of_model: Callable[[Any], tuple[Any, ...]] | None  # None where only DRF can get the value of a field from a model
    of_row: Callable[[Any], tuple[Any, ...]]
    converters: Sequence[tuple[str, Callable[[Any], Any]]]
    not_in_rows: list[str]


def plan_fields(fields: Mapping[str, Field]) -> FieldPlan:
    """Return the plan for the fields of a serializer."""
    fields = {name: field for name, field in fields.items() if not field.write_only}
    sources = [str(field.source) for field in fields.values()]
    columns = [source.replace(".", "__") for source in sources]
    are_planned = all(isinstance(field, ContractField | ListField) for field in fields.values())
    return FieldPlan(
        names=list(fields),
        columns=columns,
        of_model=_getter(sources) if are_planned else None,
        of_row=_getter(columns),
        converters=[(name, field.to_representation) for name, field in fields.items() if not _shows_as_is(field)],
        not_in_rows=[name for name, field in fields.items() if not _is_column(field)],
    )


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that reads the attributes; of a single one, `attrgetter` would return no tuple."""
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda instance: (get(instance),)


def _shows_as_is(field: Field) -> bool:
    return type(field).to_representation is ContractField.to_representation


def _is_column(field: Field) -> bool:
    """Tell whether the field shows one value that the database knows."""
    asks_the_model = type(field).get_attribute is not serializers.Field.get_attribute or field.source == "*"
    of_list = field.child if isinstance(field, serializers.ListField) else field
    return not asks_the_model and not isinstance(of_list, serializers.BaseSerializer | serializers.FileField)
