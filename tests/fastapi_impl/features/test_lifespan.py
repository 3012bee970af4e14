import gc

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine


async def test_the_end_of_the_lifespan_closes_the_pool(app: FastAPI, client: AsyncClient, engine: AsyncEngine) -> None:
    async with app.router.lifespan_context(app):
        assert (await client.get("/api/products")).status_code == 200
        before = engine.pool
    gc.unfreeze()  # the lifespan has frozen the objects of all tests

    assert engine.pool is not before
    assert (await client.get("/healthz")).status_code == 200
