"""The base classes of input serializers and of output serializers."""

from functools import cache
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from django_impl.common.validation.errors import error_details, error_messages
from django_impl.common.validation.field_plans import FieldPlan, plan_fields


class StrictSerializer(serializers.Serializer[Any]):
    """Rejects undeclared names and reports them together with the errors of the fields."""

    def name_errors(self, data: Any) -> dict[str, Any]:
        """Return an error for each undeclared name."""
        return {name: error_details("unknown_field") for name in data if name not in self.fields}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the validated fields. Raises ValidationError with the errors of all fields."""
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
    """A JSON object with the declared fields and no others."""

    default_error_messages = error_messages("not_an_object")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the validated fields. Raises ValidationError with the errors of all fields."""
        if not isinstance(data, dict):
            self.fail("not_an_object")
        return super().to_internal_value(data)


class PartialInput(InputSerializer):
    """A body whose fields are all optional. Fields that are not sent do not change."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, each optional and without a default."""
        fields: dict[str, Any] = super().get_fields()
        for field in fields.values():
            field.required, field.default = False, empty
        return fields


class FormInput(InputSerializer):
    """A form with the declared fields and no others, each at most once."""

    def to_internal_value(self, data: MultiValueDict[str, str]) -> dict[str, Any]:
        """Return the validated fields. Raises ValidationError with the errors of all fields."""
        repeated = {name for name, texts in data.lists() if len(texts) > 1 and name in self.fields}
        errors: dict[str, Any] = {}
        fields: dict[str, Any] = {}
        try:
            fields = super().to_internal_value({name: texts[0] for name, texts in data.lists()})
        except ValidationError as error:
            errors |= cast("dict[str, Any]", error.detail)
        errors |= dict.fromkeys(repeated, error_details("repeated_field"))
        if errors:
            raise ValidationError(errors)
        return fields


class ReadOnlySerializer(serializers.Serializer[Any]):
    """Writes responses. It reads the values of an instance in one call, where DRF calls each field for each instance.

    Rows and plan halve the CPU of a page (decision 21: Cached statements, and reads without model instances).
    A class may also have DRF's own fields. DRF's code then represents its models.
    """

    @classmethod
    def select_columns[Rows: QuerySet[Any]](cls, queryset: Rows) -> Rows:
        """Return the queryset as named tuples with only the columns of the fields."""
        plan = cls.plan()
        assert not plan.fields_needing_instance, (  # noqa: S101 - for the author of the class, as DRF does
            f"{cls.__name__}.select_columns: {', '.join(plan.fields_needing_instance)} needs a model instance, "
            f"not a row. Serialize model instances instead: {cls.__name__}(queryset, many=True)."
        )
        return cast("Rows", queryset.values_list(*dict.fromkeys(plan.columns), named=True))

    @classmethod
    @cache
    def plan(cls) -> FieldPlan:
        """Return the plan for the fields of the class."""
        return plan_fields(cls().fields)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the JSON object of a model instance, or of a row of `select_columns`."""
        has_own_fields = "fields" in self.__dict__  # set by an `__init__` that adds or removes fields
        plan = plan_fields(self.fields) if has_own_fields else self.plan()
        if isinstance(instance, tuple):
            values = plan.get_row_values(instance)
        elif has_own_fields or plan.get_instance_values is None or isinstance(instance, dict):
            return super().to_representation(instance)
        else:
            values = plan.get_instance_values(instance)
        output = dict(zip(plan.names, values, strict=True))
        for name, convert in plan.converters:
            if output[name] is not None:
                output[name] = convert(output[name])
        return output
