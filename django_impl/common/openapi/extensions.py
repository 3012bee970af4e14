"""What drf-spectacular cannot see by itself: the shop's fields, objects without other fields, the bearer token."""

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from rest_framework.serializers import BaseSerializer

from django_impl.common.validation.fields import MONEY_INPUT, PRICE_INPUT, ContractField, DecimalField
from django_impl.common.validation.serializers import ListField


class FieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # drf-spectacular's
    """A field knows its schema."""

    target_class = ContractField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema; an amount is written with more freedom than it is shown."""
        if isinstance(self.target, DecimalField) and direction == "request":
            return dict(PRICE_INPUT if self.target.bounds["min_value"] else MONEY_INPUT)
        default = {"default": None} if self.target.default is None else {}  # drf-spectacular leaves this one out
        return {**self.target.schema, **default}


class ItemsSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # drf-spectacular's
    """An array has bounds."""

    target_class = ListField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the array's schema."""
        child = self.target.child
        is_object = isinstance(child, BaseSerializer)
        items = (
            auto_schema.resolve_serializer(child, direction).ref
            if is_object
            else auto_schema._map_serializer_field(child, direction)
        )
        bounds = {"minItems": self.target.min_items} if self.target.min_items else {}
        return {"type": "array", **bounds, "maxItems": self.target.max_items, "items": items}


class ClosedObject(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # drf-spectacular's
    """An object has no fields but those it names."""

    target_class = "rest_framework.serializers.Serializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the object's schema."""
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # drf-spectacular's
    """An access token, which the password form gives."""

    target_class = "django_impl.users.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the flow that gets a token."""
        return {"type": "oauth2", "flows": {"password": {"tokenUrl": "/api/auth/login", "scopes": {}}}}
