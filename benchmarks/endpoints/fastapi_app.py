"""The application of FastAPI with the endpoints, for uvicorn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypedDict
from zlib import crc32

from fastapi import APIRouter, FastAPI, Request, UploadFile
from fastapi.responses import JSONResponse

from benchmarks.endpoints.content import large_document
from benchmarks.endpoints.upstream import AsyncUpstream
from fastapi_impl.main import create_app

LARGE = large_document()


class State(TypedDict):
    """The state of the application: the client of the upstream."""

    upstream: AsyncUpstream


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
    """Create the client at startup and close its connections at shutdown."""
    client = AsyncUpstream()
    yield {"upstream": client}
    await client.close()


router = APIRouter(prefix="/benchmark", lifespan=lifespan)


@router.get("/upstream")
async def upstream(request: Request) -> dict[str, str]:
    """Wait for the response of the upstream in the event loop."""
    content: dict[str, str] = await request.state.upstream.get()
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
