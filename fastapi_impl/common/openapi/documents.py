"""The generated OpenAPI document."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema
from starlette.types import ASGIApp

from fastapi_impl.common.http.middleware import CommonHeadersMiddleware, NormalizeHeadersMiddleware
from fastapi_impl.common.http.responses import REF, InvalidRequest, Problem
from fastapi_impl.common.openapi.examples import add_examples


class DocumentedFastAPI(FastAPI):
    """Adds problems and examples to the OpenAPI document, and the contract's headers to every response."""

    def openapi(self) -> dict[str, Any]:
        """Return the document, which FastAPI builds once, with examples and with the schemas of problems.

        No route has a problem as its response model, so FastAPI does not find these schemas.
        """
        if self.openapi_schema:
            return self.openapi_schema
        document = super().openapi()
        models = [(model, "serialization") for model in (Problem, InvalidRequest)]
        _, definitions = models_json_schema(models, ref_template=REF)  # type: ignore[arg-type] # a list is invariant
        document["components"]["schemas"] |= definitions["$defs"]
        return add_examples(document)

    def build_middleware_stack(self) -> ASGIApp:
        """Return all middleware inside the contract's.

        `add_middleware` puts a middleware inside `ServerErrorMiddleware`, whose response to an error would lack the
        common headers.
        """
        return NormalizeHeadersMiddleware(CommonHeadersMiddleware(super().build_middleware_stack()))
