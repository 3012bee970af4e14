"""What `stored` leaves behind, and the type of a served image."""

from collections.abc import Callable
from pathlib import Path

import anyio
import asyncpg
import pytest
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request

from fastapi_impl.common.exceptions import DatabaseUnavailable, NotFound
from fastapi_impl.common.http.media import media
from fastapi_impl.config.settings import get_settings
from fastapi_impl.products.images import NormalizedImage, stored

IMAGE = NormalizedImage(b"content", "png")


@pytest.fixture
def files(environment: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[Path]]:
    """Return a function that returns the stored files."""
    environment.setenv("MEDIA_DIR", str(tmp_path))
    get_settings.cache_clear()
    return lambda: [*tmp_path.rglob("*.*")]


def database_error(cause: Exception, *, is_lost: bool = False) -> DBAPIError:
    adapted = AsyncAdapt_asyncpg_dbapi.Error("failed", cause)  # type: ignore[no-untyped-call] # of SQLAlchemy
    return DBAPIError("COMMIT", None, adapted, connection_invalidated=is_lost)


async def fail_in_block(error: Exception) -> None:
    with pytest.raises(type(error)):
        async with stored(IMAGE):
            raise error


async def test_stored_file_has_a_name_of_its_own(tmp_path: Path, files: Callable[[], list[Path]]) -> None:
    async with stored(IMAGE) as one, stored(IMAGE) as other:
        assert one != other
    assert {path.read_bytes() for path in files()} == {b"content"}
    assert {str(path.relative_to(tmp_path)) for path in files()} == {one, other}


@pytest.mark.parametrize(
    "error", [NotFound(), ValueError(), database_error(asyncpg.SerializationError("could not serialize"))]
)
async def test_file_is_deleted_if_nothing_was_committed(files: Callable[[], list[Path]], error: Exception) -> None:
    await fail_in_block(error)
    assert files() == []


async def test_file_that_cannot_be_written_completely_is_deleted(
    files: Callable[[], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write_a_part(path: anyio.Path, _content: bytes) -> int:
        Path(path).write_bytes(b"con")
        raise OSError("no space left")

    monkeypatch.setattr(anyio.Path, "write_bytes", write_a_part)
    with pytest.raises(OSError, match="no space left"):
        async with stored(IMAGE):
            pytest.fail("the block was executed")
    assert files() == []


@pytest.mark.parametrize(
    "error",
    [
        DatabaseUnavailable(),
        database_error(asyncpg.InterfaceError("connection is closed")),
        database_error(asyncpg.ConnectionDoesNotExistError("closed in the middle of operation"), is_lost=True),
    ],
)
async def test_file_stays_if_the_outcome_of_the_commit_is_unknown(
    files: Callable[[], list[Path]], error: Exception
) -> None:
    await fail_in_block(error)
    assert len(files()) == 1


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("extension", "expected"), [("jpg", "image/jpeg"), ("png", "image/png"), ("webp", "image/webp")]
)
async def test_type_of_an_image_does_not_depend_on_the_operating_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str, expected: str
) -> None:
    monkeypatch.setattr("starlette.responses.guess_type", lambda *_arguments: (None, None))
    name = f"{'0' * 32}.{extension}"
    (tmp_path / "products").mkdir()
    (tmp_path / "products" / name).write_bytes(b"content")
    response = await media(name, Request({"type": "http", "method": "GET", "headers": []}))
    assert response.headers["content-type"] == expected
