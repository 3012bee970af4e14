"""The schemas of problems in the OpenAPI document. Nothing validates with them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastapi_impl.common.http.responses import INVALID_REQUEST, PROBLEM_CODES
from fastapi_impl.common.validation.fields import json_schema
from fastapi_impl.contract import FIELD_MESSAGES, PROBLEMS


class Problem(BaseModel):
    """An error in the format of RFC 9457."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[
        str, json_schema(format="uri", minLength=1, maxLength=100, pattern=r"^tag:shop\.example,2026:[a-z_]+$")
    ]
    title: Annotated[str, Field(min_length=1, max_length=100)]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(min_length=1, max_length=300)]
    code: Annotated[str, json_schema(enum=PROBLEM_CODES)]


class FieldError(BaseModel):
    """The error of one field; `pointer` is a JSON pointer into the body, or `/name` of the parameter."""

    model_config = ConfigDict(extra="forbid")

    in_: Annotated[Literal["body", "header", "query"], Field(alias="in")]
    pointer: Annotated[str, json_schema(maxLength=250, pattern=r"^(/[\s\S]*)?$")]
    code: Annotated[str, json_schema(enum=list(FIELD_MESSAGES))]
    message: Annotated[str, Field(min_length=1, max_length=200)]


class InvalidRequest(BaseModel):
    """The errors of the request's data, one for each pointer."""

    model_config = ConfigDict(extra="forbid")

    type: Annotated[str, json_schema(enum=["tag:shop.example,2026:invalid_request"])]
    title: Annotated[str, json_schema(enum=[PROBLEMS["invalid_request"]["title"]])]
    status: Annotated[int, json_schema(type="integer", enum=[INVALID_REQUEST])]
    detail: Annotated[str, Field(min_length=1, max_length=300)]
    code: Annotated[str, json_schema(enum=["invalid_request"])]
    errors: Annotated[list[FieldError], Field(min_length=1, max_length=100)]
