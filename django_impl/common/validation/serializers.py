"""The shapes of bodies: objects, forms and arrays that take nothing but what they name."""

from typing import Any, cast

from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from django_impl.common.validation.errors import messages, rejection
from django_impl.common.validation.validators import MaxItemsValidator, MinItemsValidator


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


class ListField(serializers.ListField):
    """An array of `min_length` to `max_length` items, each read by `child`."""

    default_error_messages = messages("not_an_array")

    def __init__(self, *, min_length: int, max_length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        at_least = [MinItemsValidator(min_length)] if min_length else []
        self.validators = [*at_least, MaxItemsValidator(max_length)]

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the items, or the errors of all of them."""
        if not isinstance(data, list):
            self.fail("not_an_array")
        self.run_validators(data)  # before the items: those of an array that is too long are not read
        items: list[Any] = self.run_child_validation(data)
        return items
