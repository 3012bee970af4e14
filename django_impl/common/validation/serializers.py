"""The bases of serializers: those that read the data of requests, and the one that writes responses."""

from functools import cache
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from django_impl.common.validation.errors import messages, rejection
from django_impl.common.validation.field_plans import FieldPlan, plan_fields


class StrictSerializer(serializers.Serializer[Any]):
    """Rejects names that it does not declare, in one error with what is wrong with its fields."""

    def name_errors(self, data: Any) -> dict[str, Any]:
        """Return the errors of names, by name."""
        return {name: rejection("unknown_field") for name in data if name not in self.fields}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the fields, or the errors of all of them."""
        errors: dict[str, Any] = {}
        fields: dict[str, Any] = {}
        try:
            fields = super().to_internal_value(data)
        except ValidationError as error:
            errors = cast("dict[str, Any]", error.detail)
        if errors := errors | self.name_errors(data):
            raise ValidationError(errors)
        return fields


class InputSerializer(StrictSerializer):
    """A JSON object that has these fields and no others."""

    default_error_messages = messages("not_an_object")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the fields, or the errors of all of them."""
        if not isinstance(data, dict):
            self.fail("not_an_object")
        return super().to_internal_value(data)


class PartialInput(InputSerializer):
    """A body whose every field may be left out; such fields stay as they are."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, none required and none with a default."""
        fields: dict[str, Any] = super().get_fields()
        for field in fields.values():
            field.required, field.default = False, empty
        return fields


class FormInput(InputSerializer):
    """A form that has these fields, each once."""

    def to_internal_value(self, data: MultiValueDict[str, str]) -> dict[str, Any]:
        """Return the fields, or the errors of all of them."""
        repeated = {name for name, texts in data.lists() if len(texts) > 1 and name in self.fields}
        errors: dict[str, Any] = {}
        fields: dict[str, Any] = {}
        try:
            fields = super().to_internal_value({name: texts[0] for name, texts in data.lists()})
        except ValidationError as error:
            errors |= cast("dict[str, Any]", error.detail)
        errors |= dict.fromkeys(repeated, rejection("repeated_field"))
        if errors:
            raise ValidationError(errors)
        return fields


class ReadOnlySerializer(serializers.Serializer[Any]):
    """Fields that are only shown. DRF asks every field for every instance; the plan of the class does it in one step.

    Rows and plan halve the CPU of a page (decision 21: Cached statements, and reads without model instances).
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
        return plan_fields(cls().fields)

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
