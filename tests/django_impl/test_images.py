"""What `stored` leaves behind."""

from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
from django.db import InterfaceError, OperationalError
from django.test import override_settings

from django_impl.common.exceptions import NotFound
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


@pytest.mark.parametrize("error", [database_error(psycopg2.OperationalError()), InterfaceError()])
def test_file_stays_if_the_outcome_of_the_commit_is_unknown(
    tmp_path: Path, files: Callable[[], list[Path]], error: Exception
) -> None:
    fail_in_block(tmp_path, error)
    assert len(files()) == 1
