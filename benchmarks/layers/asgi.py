"""What the FastAPI layers and `bare` share: the lifespan, the asyncpg pool, and responses."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.responses import Response

from benchmarks.layers.products import detail_statement, encode, page_statements

DETAIL = detail_statement("$1")
PAGES = page_statements("$1", "$2")


async def skip_reset(_connection: object) -> None:
    """Do not reset the session: no request changes it, and the reset of asyncpg would be an additional round trip."""


def freeze() -> None:
    """Exclude the objects that exist now from garbage collection, as the implementations do."""
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def open_pool(app: Starlette) -> AsyncIterator[None]:
    """Open the connection pool as `app.state.pool`, and close it at the end."""
    size = int(os.environ["DATABASE_POOL_SIZE"])
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=size, max_size=size, reset=skip_reset) as pool:
        app.state.pool = pool
        freeze()
        yield


def json_response(content: Any) -> Response:
    """Return a response with compact JSON."""
    return Response(encode(content).encode(), media_type="application/json")
