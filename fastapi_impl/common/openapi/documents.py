"""The generated OpenAPI document."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from fastapi_impl.common.http.responses import REF
from fastapi_impl.common.openapi.examples import add_examples
from fastapi_impl.common.openapi.schemas import InvalidRequest, Problem


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the application's document, which FastAPI builds once, with examples and the schemas of problems.

    No route has a problem as its response model, so FastAPI does not find these schemas.
    """
    if app.openapi_schema:
        return app.openapi_schema
    document = FastAPI.openapi(app)
    models = [(model, "serialization") for model in (Problem, InvalidRequest)]
    _, definitions = models_json_schema(models, ref_template=REF)  # type: ignore[arg-type] # a list is invariant
    document["components"]["schemas"] |= definitions["$defs"]
    return add_examples(document)
