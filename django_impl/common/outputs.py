"""The shapes of answers: serializers that only write, and find out once how."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, cast

from django.db.models import QuerySet
from rest_framework import serializers

from django_impl.common.fields import ContractField


class Plan(NamedTuple):
    """What an output shows: the names, where a model or a row has their values, and which of these are rewritten."""

    names: list[str]
    columns: list[str]
    of_model: Callable[[Any], tuple[Any, ...]]
    of_row: Callable[[Any], tuple[Any, ...]]
    writers: Sequence[tuple[str, Callable[[Any], Any]]]


class Output(serializers.Serializer[Any]):
    """Two or more fields that are only shown. DRF copies and asks them for each answer anew, this class once."""

    @classmethod
    def rows[Rows: QuerySet[Any]](cls, queryset: Rows) -> Rows:
        """Return the rows as named tuples of what the output shows, with no models around them."""
        return cast("Rows", queryset.values_list(*dict.fromkeys(cls.plan().columns), named=True))

    @classmethod
    @cache
    def plan(cls) -> Plan:
        """Return how the fields of the class are written."""
        fields = cls().fields
        sources = [str(field.source) for field in fields.values()]
        columns = [source.replace(".", "__") for source in sources]
        writers = [(name, field.to_representation) for name, field in fields.items() if not shows_as_is(field)]
        return Plan(list(fields), columns, attrgetter(*sources), attrgetter(*columns), writers)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return what JSON shows of a model or of one of `rows`."""
        plan = self.plan()
        values = plan.of_row(instance) if isinstance(instance, tuple) else plan.of_model(instance)
        shown = dict(zip(plan.names, values, strict=True))
        for name, write in plan.writers:
            if shown[name] is not None:
                shown[name] = write(shown[name])
        return shown


def shows_as_is(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    """Tell whether the field leaves a value as it is."""
    return type(field).to_representation is ContractField.to_representation
