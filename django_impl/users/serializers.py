from typing import Any

from rest_framework import serializers

from django_impl.common.validation.fields import BooleanField, CharField, ChoiceField, EmailField, PasswordField
from django_impl.common.validation.output_fields import DateTimeField, UUIDField
from django_impl.common.validation.serializers import FormInput, InputSerializer, PartialInput, ReadOnlySerializer

JWT = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"


# --8<-- [start:registration]
class Registration(InputSerializer):
    email = EmailField()
    password = PasswordField(min_length=8, max_length=128)
    full_name = CharField(min_length=1, max_length=150)
    # --8<-- [end:registration]


class Credentials(FormInput):
    """The fields of the OAuth 2 password grant. The scope and client fields are accepted and ignored."""

    grant_type = ChoiceField(["password"], required=False)
    username = CharField(min_length=1, max_length=254)
    password = PasswordField(min_length=1, max_length=128)
    scope = CharField(min_length=0, max_length=200, required=False)
    client_id = CharField(min_length=0, max_length=200, required=False)
    client_secret = CharField(min_length=0, max_length=200, required=False)


class RefreshRequest(InputSerializer):
    refresh_token = CharField(min_length=1, max_length=2000)


class UserChanges(PartialInput):
    """What staff change in the admin."""

    is_active = BooleanField()
    is_staff = BooleanField()


class UserOut(ReadOnlySerializer):
    id = UUIDField()
    email = EmailField()
    full_name = CharField(min_length=1, max_length=150)
    is_staff = BooleanField()
    created_at = DateTimeField()


class AccessToken(serializers.Serializer[Any]):
    access_token = serializers.RegexField(JWT, min_length=20, max_length=2000)
    token_type = ChoiceField(["bearer"])
    expires_in = serializers.IntegerField(
        min_value=1, max_value=86400, help_text="Lifetime of the access token in seconds."
    )


class TokenPair(serializers.Serializer[Any]):
    access_token = serializers.RegexField(JWT, min_length=20, max_length=2000)
    refresh_token = serializers.RegexField(JWT, min_length=20, max_length=2000)
    token_type = ChoiceField(["bearer"])
    expires_in = serializers.IntegerField(
        min_value=1, max_value=86400, help_text="Lifetime of the access token in seconds."
    )
