from typing import Any

from rest_framework import serializers

from django_impl.common.validation.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    EmailField,
    JWTField,
    ReadOnlyField,
    UUIDField,
)
from django_impl.common.validation.read_only_serializers import ReadOnlySerializer
from django_impl.common.validation.serializers import FormInput, InputSerializer

EXPIRES_IN = {"type": "integer", "minimum": 1, "maximum": 86400}


# --8<-- [start:registration]
class Registration(InputSerializer):
    email = EmailField()
    password = CharField(min_length=8, max_length=128, trim_whitespace=False, shown={"format": "password"})
    full_name = CharField(min_length=1, max_length=150)
    # --8<-- [end:registration]


class Credentials(FormInput):
    """The fields of OAuth 2's password grant; scope and client fields are accepted and not used."""

    grant_type = ChoiceField(["password"], required=False)
    username = CharField(min_length=1, max_length=254)
    password = CharField(min_length=1, max_length=128, trim_whitespace=False, shown={"format": "password"})
    scope = CharField(min_length=0, max_length=200, required=False)
    client_id = CharField(min_length=0, max_length=200, required=False)
    client_secret = CharField(min_length=0, max_length=200, required=False)


class RefreshRequest(InputSerializer):
    refresh_token = CharField(min_length=1, max_length=2000)


class UserOut(ReadOnlySerializer):
    id = UUIDField()
    email = EmailField()
    full_name = CharField(min_length=1, max_length=150)
    is_staff = BooleanField()
    created_at = DateTimeField()


class AccessToken(serializers.Serializer[Any]):
    access_token = JWTField()
    token_type = ChoiceField(["bearer"])
    expires_in = ReadOnlyField(EXPIRES_IN, help_text="Seconds the access token lives.")


class TokenPair(serializers.Serializer[Any]):
    access_token = JWTField()
    refresh_token = JWTField()
    token_type = ChoiceField(["bearer"])
    expires_in = ReadOnlyField(EXPIRES_IN, help_text="Seconds the access token lives.")
