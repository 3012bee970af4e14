import gc

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine


async def test_lifespan_shutdown_closes_pool(app: FastAPI, client: AsyncClient, engine: AsyncEngine) -> None:
    async with app.router.lifespan_context(app):
        assert (await client.get("/api/products")).status_code == 200
        pool = engine.pool
    gc.unfreeze()  # the lifespan calls gc.freeze()

    assert engine.pool is not pool
    assert (await client.get("/healthz")).status_code == 200
