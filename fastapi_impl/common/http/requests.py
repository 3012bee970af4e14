"""The request class of `ContractRoute`, as FastAPI's documentation describes under "Custom Request and APIRoute class".

FastAPI reads the body before it authenticates. The contract does so later (decision 3: One order of request checks), so
the error of a body is stored in `request.state.body_error` until the earlier checks have passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self
from urllib.parse import parse_qsl

from fastapi import Request, params
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import ClientDisconnect

from fastapi_impl.common.exceptions import ContentTooLarge, MalformedBody, ShopError, UnsupportedMediaType
from fastapi_impl.common.http.forms import FORM, FormBody, SentFields
from fastapi_impl.common.http.parameters import SingleValueQueryParams
from fastapi_impl.common.http.parsers import parse_content_type, read_form, read_json, read_multipart
from fastapi_impl.contract import BODIES

MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class ExpectedBody:
    """The body that a route declares; `is_form` for FastAPI's `Form()` and `File()`.

    `max_bytes` is the route's `max_body_size`, by default that of the contract.
    """

    media_types: frozenset[str]
    is_form: bool
    is_required: bool
    max_bytes: int
    form_limits: Mapping[str, Any]

    @classmethod
    def of(cls, route: APIRoute, max_bytes: int | None, form_limits: Mapping[str, Any]) -> Self | None:
        """Return what the route declares, or None for a route without a body."""
        if route.body_field is None or not isinstance(route.body_field.field_info, params.Body):
            return None
        info = route.body_field.field_info
        is_form = isinstance(info, params.Form)
        # As in FastAPI, a form without files can be sent in both encodings.
        media_types = {FORM, MULTIPART} if is_form and info.media_type == FORM else {info.media_type}
        max_bytes = max_bytes or BODIES["max_bytes"]
        return cls(frozenset(media_types), is_form, info.is_required(), max_bytes, form_limits)


class StrictRequest(Request):
    """Reads query and body as strictly as the contract.

    It sets the attributes in which Starlette caches the body, the JSON and the form. They are private API, although
    FastAPI's documentation sets `_body` in the same way.
    """

    max_bytes: int = BODIES["max_bytes"]

    @cached_property
    def query_params(self) -> QueryParams:
        """The query parameters, with empty and repeated ones as `NotASingleValue`."""
        text = self.scope["query_string"].decode("utf-8", "replace")
        return SingleValueQueryParams(parse_qsl(text, keep_blank_values=True))

    async def read_body(self, expected: ExpectedBody) -> bool:
        """Read and parse the body; return whether it is as expected.

        Otherwise `state.body_error` is the error, and FastAPI gets an empty body.
        """
        self.max_bytes = expected.max_bytes
        try:
            if expected.is_required or self.headers.get("content-type") or await self.body():
                await self._parse(expected)
        except ShopError as error:
            self._body, self._form = b"", FormData()
            self.state.body_error = error
            return False
        return True

    async def body(self) -> bytes:
        """Return the bytes of the body; raises ContentTooLarge, and MalformedBody where the client has disconnected."""
        if not hasattr(self, "_body"):
            body = bytearray()
            try:
                async for chunk in self.stream():
                    body += chunk
                    if len(body) > self.max_bytes:
                        raise ContentTooLarge
            except ClientDisconnect as error:
                raise MalformedBody from error
            self._body = bytes(body)
        return self._body

    async def json(self) -> Any:
        """Return the value of a JSON body; raises MalformedBody."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json

    async def rewind_files(self) -> None:
        """Let the files of a form be read from the start again."""
        form = await self.form() if hasattr(self, "_form") else FormData()
        for _name, value in form.multi_items():
            if isinstance(value, UploadFile):
                await value.seek(0)

    async def _parse(self, expected: ExpectedBody) -> None:
        """Parse the body before FastAPI does, so that its error is known before the endpoint is called."""
        media_type = self._media_type(expected)
        body = await self.body()
        match media_type:
            case "multipart/form-data" if expected.is_form:
                content_type = self.headers["content-type"]
                self._form = SentFields(read_multipart(body, content_type, expected.form_limits))
            case "application/x-www-form-urlencoded" if expected.is_form:
                self._form = SentFields(read_form(body))
            case "application/x-www-form-urlencoded":
                self._body = FormBody(body)
            case _ if not body and expected.is_required:
                raise MalformedBody
            case _ if body and media_type.endswith(("/json", "+json")):
                await self.json()

    def _media_type(self, expected: ExpectedBody) -> str:
        """Return the media type of the body; raises UnsupportedMediaType, also for another charset or encoding."""
        media_type, charset = parse_content_type(self.headers.get("content-type", ""))
        if media_type not in expected.media_types or charset != "utf-8":
            raise UnsupportedMediaType
        if self.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaType
        return media_type
