from typing import Annotated, Literal, TypedDict

from pydantic import AfterValidator, Field, with_config

from fastapi_impl.common.validation.fields import (
    EMAIL,
    SINGLE_LINE,
    UNTRIMMED,
    DateTimeOut,
    Email,
    IDOut,
    NullNotInSchema,
    json_schema,
)
from fastapi_impl.common.validation.schemas import STRICT, Input, Output

# --8<-- [start:types]
Password = Annotated[str, Field(min_length=8, max_length=128, json_schema_extra={"format": "password"}), UNTRIMMED]
FullName = Annotated[str, Field(min_length=1, max_length=150), SINGLE_LINE]
# --8<-- [end:types]
Unused = Annotated[str, Field(max_length=200), SINGLE_LINE]

EmailOut = Annotated[str, json_schema(minLength=3, maxLength=254, pattern=EMAIL)]
FullNameOut = Annotated[str, json_schema(minLength=1, maxLength=150, pattern=SINGLE_LINE.pattern)]
TokenOut = Annotated[
    str, json_schema(minLength=20, maxLength=2000, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")
]


# --8<-- [start:registration]
class Registration(Input):
    email: Email
    password: Password
    full_name: FullName
    # --8<-- [end:registration]


class Credentials(Input):
    """The fields of the OAuth 2 password grant. The scope and client fields are accepted and ignored."""

    grant_type: Annotated[Literal["password"] | None, NullNotInSchema()] = None
    username: Annotated[str, Field(min_length=1, max_length=254), SINGLE_LINE, AfterValidator(str.lower)]
    password: Annotated[str, Field(min_length=1, max_length=128, json_schema_extra={"format": "password"}), UNTRIMMED]
    scope: Annotated[Unused | None, NullNotInSchema()] = None
    client_id: Annotated[Unused | None, NullNotInSchema()] = None
    client_secret: Annotated[Unused | None, NullNotInSchema()] = None


class RefreshRequest(Input):
    refresh_token: Annotated[str, Field(min_length=1, max_length=2000), SINGLE_LINE]


# A TypedDict has no defaults. The fields of a model would need defaults, although none of these fields has one.
@with_config(STRICT)
class UserChanges(TypedDict, total=False):
    """What staff change in the admin."""

    is_active: bool
    is_staff: bool


class UserOut(Output):
    id: IDOut
    email: EmailOut
    full_name: FullNameOut
    is_staff: bool
    created_at: DateTimeOut


Lifetime = Annotated[int, Field(ge=1, le=86400, description="Lifetime of the access token in seconds.")]


class TokenPair(Output):
    access_token: TokenOut
    refresh_token: TokenOut
    token_type: Literal["bearer"]
    expires_in: Lifetime


class AccessToken(Output):
    access_token: TokenOut
    token_type: Literal["bearer"]
    expires_in: Lifetime
