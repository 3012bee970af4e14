from typing import Any

from rest_framework import serializers

from django_impl.common.validation.fields import ID, JWT, Boolean, Choice, Email, ReadOnlyField, Text, Time
from django_impl.common.validation.read_only_serializers import ReadOnlySerializer
from django_impl.common.validation.serializers import FormInput, InputSerializer


# --8<-- [start:registration]
class Registration(InputSerializer):
    email = Email()
    password = Text(8, 128, trim=False, shown={"format": "password"})
    full_name = Text(1, 150)
    # --8<-- [end:registration]


class Credentials(FormInput):
    """The fields of OAuth 2's password grant; scope and client fields are accepted and not used."""

    grant_type = Choice("password", required=False)
    username = Text(1, 254)
    password = Text(1, 128, trim=False, shown={"format": "password"})
    scope = Text(0, 200, required=False)
    client_id = Text(0, 200, required=False)
    client_secret = Text(0, 200, required=False)


class RefreshRequest(InputSerializer):
    refresh_token = Text(1, 2000)


class UserOut(ReadOnlySerializer):
    id = ID()
    email = Email()
    full_name = Text(1, 150)
    is_staff = Boolean()
    created_at = Time()


class AccessToken(serializers.Serializer[Any]):
    access_token = JWT()
    token_type = Choice("bearer")
    expires_in = ReadOnlyField(
        {"type": "integer", "minimum": 1, "maximum": 86400}, help_text="Seconds the access token lives."
    )


class TokenPair(serializers.Serializer[Any]):
    access_token = JWT()
    refresh_token = JWT()
    token_type = Choice("bearer")
    expires_in = ReadOnlyField(
        {"type": "integer", "minimum": 1, "maximum": 86400}, help_text="Seconds the access token lives."
    )
