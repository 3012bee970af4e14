"""The application of FastAPI with the endpoints, for uvicorn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypedDict
from zlib import crc32

import httpx
from fastapi import APIRouter, FastAPI, Request, UploadFile
from fastapi.responses import JSONResponse

from benchmarks.endpoints.content import LIMITS, TIMEOUT_SECONDS, large_document, upstream_url
from fastapi_impl.main import create_app

LARGE = large_document()


class Clients(TypedDict):
    """The state of the application: the client with which all requests share its connections."""

    upstream: httpx.AsyncClient


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[Clients]:
    """Open the client at startup and close it at shutdown."""
    async with httpx.AsyncClient(base_url=upstream_url(), limits=LIMITS, timeout=TIMEOUT_SECONDS) as client:
        yield {"upstream": client}


router = APIRouter(prefix="/benchmark", lifespan=lifespan)


@router.get("/upstream")
async def upstream(request: Request) -> dict[str, str]:
    """Wait for the response of the upstream in the event loop."""
    response = await request.state.upstream.get("/")
    content: dict[str, str] = response.raise_for_status().json()
    return content


@router.get("/large")
async def large() -> JSONResponse:
    """Encode 1 MB of JSON."""
    return JSONResponse(LARGE)


@router.post("/upload")
async def upload(file: UploadFile) -> dict[str, Any]:
    """Return the size and the checksum of a file, read as FastAPI's documentation does."""
    content = await file.read()
    return {"size": len(content), "checksum": crc32(content)}


app = create_app()
app.include_router(router)
