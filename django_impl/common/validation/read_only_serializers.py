"""The shapes of answers: serializers that only write, and find out once how."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, cast

from django.db.models import QuerySet
from rest_framework import serializers

from django_impl.common.validation.fields import ContractField
from django_impl.common.validation.serializers import ListField


class FieldPlan(NamedTuple):
    """What an output shows: the names, where a model or a row has their values, and which of these are rewritten."""

    names: list[str]
    columns: list[str]
    of_model: Callable[[Any], tuple[Any, ...]] | None  # nothing where DRF has to ask the model for a value
    of_row: Callable[[Any], tuple[Any, ...]]
    converters: Sequence[tuple[str, Callable[[Any], Any]]]
    not_in_rows: list[str]


class ReadOnlySerializer(serializers.Serializer[Any]):
    """Fields that are only shown. DRF copies and asks them for each response, this class once.

    Fields of DRF's own may stand among the contract's; a model is then shown as DRF shows it.
    """

    @classmethod
    def rows[Rows: QuerySet[Any]](cls, queryset: Rows) -> Rows:
        """Return the rows as named tuples of what the output shows, with no models around them."""
        plan = cls.plan()
        assert not plan.not_in_rows, (  # noqa: S101 - for the author of the class, as DRF does
            f"{cls.__name__}.rows: {', '.join(plan.not_in_rows)} needs a model, not a row of columns. "
            f"Show models instead: {cls.__name__}(queryset, many=True)."
        )
        return cast("Rows", queryset.values_list(*dict.fromkeys(plan.columns), named=True))

    @classmethod
    @cache
    def plan(cls) -> FieldPlan:
        """Return how the fields of the class are written."""
        fields = {name: field for name, field in cls().fields.items() if not field.write_only}
        sources = [str(field.source) for field in fields.values()]
        columns = [source.replace(".", "__") for source in sources]
        return FieldPlan(
            names=list(fields),
            columns=columns,
            of_model=getter(sources)
            if all(isinstance(field, ContractField | ListField) for field in fields.values())
            else None,
            of_row=getter(columns),
            converters=[(name, field.to_representation) for name, field in fields.items() if not shows_as_is(field)],
            not_in_rows=[name for name, field in fields.items() if not is_column(field)],
        )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return what JSON shows of a model or of one of `rows`."""
        plan = self.plan()
        if isinstance(instance, tuple):
            values = plan.of_row(instance)
        elif plan.of_model is None or isinstance(instance, dict):
            return super().to_representation(instance)
        else:
            values = plan.of_model(instance)
        shown = dict(zip(plan.names, values, strict=True))
        for name, convert in plan.converters:
            if shown[name] is not None:
                shown[name] = convert(shown[name])
        return shown


def getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that reads the attributes of an instance."""
    return (
        attrgetter(*names) if len(names) > 1 else lambda instance: tuple(attrgetter(name)(instance) for name in names)
    )


def shows_as_is(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    """Tell whether the field leaves a value as it is."""
    return type(field).to_representation is ContractField.to_representation


def is_column(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    """Tell whether the field shows one value that the database knows."""
    asks_the_model = type(field).get_attribute is not serializers.Field.get_attribute or field.source == "*"
    return not asks_the_model and not isinstance(field, serializers.BaseSerializer | serializers.FileField)
