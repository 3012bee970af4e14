"""Functions that are called after a commit."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import text

from fastapi_impl.common.database.commits import on_commit
from fastapi_impl.common.database.engine import get_write_sessionmaker

pytestmark = pytest.mark.usefixtures("engine")


async def test_function_is_called_once_after_the_commit() -> None:
    called: list[int] = []
    async with get_write_sessionmaker().begin() as session:
        on_commit(session, lambda: called.append(1))
        await session.flush()
        assert called == []

    assert called == [1]


async def test_result_of_an_asynchronous_function_is_awaited() -> None:
    called: list[int] = []

    async def call() -> None:
        await asyncio.sleep(0)
        called.append(1)

    async with get_write_sessionmaker().begin() as session:
        on_commit(session, call)
        await session.flush()

    assert called == [1]


async def test_function_is_not_called_when_a_savepoint_is_released() -> None:
    called: list[int] = []
    async with get_write_sessionmaker().begin() as session:
        async with session.begin_nested():
            on_commit(session, lambda: called.append(1))
        assert called == []

    assert called == [1]


async def test_function_is_not_called_after_a_rollback() -> None:
    called: list[int] = []
    async with get_write_sessionmaker()() as session:
        await session.execute(text("SELECT 1"))
        on_commit(session, lambda: called.append(1))
        await session.rollback()
        await session.execute(text("SELECT 1"))
        await session.commit()

    assert called == []


async def test_functions_of_a_session_are_called_once() -> None:
    called: list[int] = []
    async with get_write_sessionmaker()() as session:
        for number in (1, 2):
            await session.execute(text("SELECT 1"))
            on_commit(session, partial(called.append, number))
            await session.commit()

    assert called == [1, 2]


async def test_error_after_the_commit_is_logged_and_not_raised(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OSError("no space")

    async with get_write_sessionmaker().begin() as session:
        on_commit(session, fail)

    assert "Error after the commit" in caplog.text
