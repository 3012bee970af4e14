"""What `stored` leaves behind, and the type of a served image."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory, override_settings

from django_impl.common.exceptions import NotFound
from django_impl.common.http.media import MediaView
from django_impl.products.images import NormalizedImage, stored

IMAGE = NormalizedImage(b"content", "png")


@pytest.fixture
def files(tmp_path: Path) -> Callable[[], list[Path]]:
    """Return a function that returns the stored files."""
    return lambda: [*tmp_path.rglob("*.*")]


class DriverError(Exception):
    """An error with an SQLSTATE, which only psycopg2 can set in its own errors."""

    pgcode = "40001"


def database_error(cause: Exception) -> OperationalError:
    error = OperationalError()
    error.__cause__ = cause
    return error


def fail_in_block(directory: Path, error: Exception) -> None:
    with override_settings(MEDIA_ROOT=directory), pytest.raises(type(error)), stored(IMAGE):
        raise error


def test_stored_file_has_a_name_of_its_own(tmp_path: Path, files: Callable[[], list[Path]]) -> None:
    with override_settings(MEDIA_ROOT=tmp_path), stored(IMAGE) as one, stored(IMAGE) as other:
        assert one != other
    assert {path.read_bytes() for path in files()} == {b"content"}
    assert {str(path.relative_to(tmp_path)) for path in files()} == {one, other}


@pytest.mark.parametrize("error", [NotFound(), ValueError(), database_error(DriverError())])
def test_file_is_deleted_if_nothing_was_committed(
    tmp_path: Path, files: Callable[[], list[Path]], error: Exception
) -> None:
    fail_in_block(tmp_path, error)
    assert files() == []


def test_file_that_cannot_be_written_completely_is_deleted(
    tmp_path: Path, files: Callable[[], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_a_part(_storage: FileSystemStorage, name: str, _content: "File[bytes]") -> str:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"con")
        raise OSError("no space left")

    monkeypatch.setattr(FileSystemStorage, "_save", write_a_part)
    with override_settings(MEDIA_ROOT=tmp_path), pytest.raises(OSError, match="no space left"), stored(IMAGE):
        pytest.fail("the block was executed")
    assert files() == []


@pytest.mark.parametrize("error", [database_error(psycopg2.OperationalError()), InterfaceError()])
def test_file_stays_if_the_outcome_of_the_commit_is_unknown(
    tmp_path: Path, files: Callable[[], list[Path]], error: Exception
) -> None:
    fail_in_block(tmp_path, error)
    assert len(files()) == 1


@pytest.mark.parametrize(
    ("extension", "expected"), [("jpg", "image/jpeg"), ("png", "image/png"), ("webp", "image/webp")]
)
def test_type_of_an_image_does_not_depend_on_the_operating_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str, expected: str
) -> None:
    monkeypatch.setattr("mimetypes.guess_type", lambda *_arguments, **_options: (None, None))
    name = f"{'0' * 32}.{extension}"
    (tmp_path / "products").mkdir()
    (tmp_path / "products" / name).write_bytes(b"content")
    with (
        override_settings(MEDIA_ROOT=tmp_path),
        closing(MediaView.as_view()(RequestFactory().get("/"), name=name)) as response,
    ):
        assert response["Content-Type"] == expected
