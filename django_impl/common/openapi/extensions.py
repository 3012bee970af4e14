"""Schemas that drf-spectacular cannot derive: amounts, choices, objects without other fields, the bearer token."""

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.plumbing import build_choice_field

from django_impl.common.validation.fields import ChoiceField, DecimalField
from django_impl.common.validation.values import MONEY

MONEY_INPUT = {"type": "string", "minLength": 1, "maxLength": 11, "pattern": f"^{MONEY}$"}
PRICE_INPUT = MONEY_INPUT | {"pattern": r"^(0\.(0[1-9]|[1-9][0-9]?)|[1-9][0-9]{0,7}(\.[0-9]{1,2})?)$"}


class AmountSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # drf-spectacular's
    """Amounts are strings. A request may omit decimals, a response always has two."""

    target_class = DecimalField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema for requests or for responses."""
        if direction == "request":
            return dict(PRICE_INPUT if self.target.min_value else MONEY_INPUT)
        digits = self.target.max_digits
        pattern = rf"^(0|[1-9][0-9]{{0,{digits - 3}}})\.[0-9]{{2}}$"
        return {"type": "string", "minLength": 4, "maxLength": digits + 1, "pattern": pattern}


class ChoiceSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # drf-spectacular's
    """Choices without the extra key for drf-spectacular's enum hook, which this project does not use."""

    target_class = ChoiceField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the type and the values."""
        schema = build_choice_field(self.target)
        return {"type": schema["type"], "enum": schema["enum"]}


class ClosedObject(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # drf-spectacular's
    """Objects have no fields other than the declared ones."""

    target_class = "rest_framework.serializers.Serializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of the object."""
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # drf-spectacular's
    """An access token from the password grant."""

    target_class = "django_impl.users.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the OAuth 2 password flow."""
        return {"type": "oauth2", "flows": {"password": {"tokenUrl": "/api/auth/login", "scopes": {}}}}
