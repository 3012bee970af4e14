"""The commands of manage.py that `python -m fastapi_impl` has too."""

import subprocess
from collections.abc import Iterator

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import run_tool

EMAIL = "Me@Example.com"
PASSWORD = "a long password"


def create_superuser(
    database_url: str, email: str = EMAIL, full_name: str = "Me", password: str = PASSWORD
) -> "subprocess.CompletedProcess[str]":
    """Create a superuser without prompts."""
    words = ["createsuperuser", "--no-input", "--email", email, "--full_name", full_name]
    return run_tool(
        ["django_impl/manage.py", *words],
        database_url=database_url,
        environment={"DJANGO_SUPERUSER_PASSWORD": password},
    )


@pytest.fixture
def empty(sql: Connection) -> Iterator[Connection]:
    """A connection to the database, which has no users before and after the test."""
    yield sql
    with sql.cursor() as cursor:
        cursor.execute("DELETE FROM users")


def test_createsuperuser_stores_a_superuser(database_url: str, empty: Connection) -> None:
    result = create_superuser(database_url)

    assert (result.returncode, result.stderr) == (0, "")
    with empty.cursor() as cursor:
        cursor.execute("SELECT email, full_name, is_active, is_staff, is_superuser FROM users")
        assert cursor.fetchall() == [("me@example.com", "Me", True, True, True)]


def test_createsuperuser_rejects_a_taken_address(database_url: str, empty: Connection) -> None:
    create_superuser(database_url, "me@example.com")
    result = create_superuser(database_url, "me@example.com")

    assert (result.returncode, result.stderr) == (1, "CommandError: Error: That email is already taken.\n")
    with empty.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        assert cursor.fetchone() == (1,)


def test_createsuperuser_rejects_an_address_that_is_taken_in_lower_case(database_url: str, empty: Connection) -> None:
    create_superuser(database_url, "me@example.com")
    result = create_superuser(database_url, EMAIL)

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    with empty.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        assert cursor.fetchone() == (1,)


INVALID = {
    "full_name": ["A\tname", "  ", "n" * 151],
    "password": ["short", "with a \x01 character", "p" * 129],
    "email": ["nobody", "me@example", "m\te@example.com", f"{'e' * 250}@example.com"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in INVALID.items() for value in values])
def test_createsuperuser_has_the_rules_of_a_registration(
    database_url: str, empty: Connection, name: str, value: str
) -> None:
    result = create_superuser(database_url, **{name: value})

    assert (result.returncode, len(result.stderr.splitlines()), result.stdout) == (1, 1, "")
    assert result.stderr.startswith(f"CommandError: {name}: ")
    with empty.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        assert cursor.fetchone() == (0,)


def test_createsuperuser_reports_all_invalid_values(database_url: str, empty: Connection) -> None:
    result = create_superuser(database_url, "nobody", "  ", "short")

    assert result.returncode == 1
    errors = result.stderr.removeprefix("CommandError: ").split("; ")
    assert [error.partition(":")[0] for error in errors] == ["email", "password", "full_name"]
    with empty.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        assert cursor.fetchone() == (0,)


def test_createsuperuser_stores_the_trimmed_name(database_url: str, empty: Connection) -> None:
    assert create_superuser(database_url, full_name="  Me ").returncode == 0

    with empty.cursor() as cursor:
        cursor.execute("SELECT full_name FROM users")
        assert cursor.fetchall() == [("Me",)]


@pytest.mark.usefixtures("empty")
def test_shell_runs_a_command_with_the_models(database_url: str) -> None:
    words = ["django_impl/manage.py", "shell", "-v", "0", "-c", "print(User.objects.count(), Product, Category, Order)"]
    result = run_tool(words, database_url=database_url)

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("0 <class")


@pytest.mark.parametrize("words", [["runserver", "--colour"], ["makemigration"], ["createsuperuser", "--email"]])
def test_wrong_words_are_reported(database_url: str, words: list[str]) -> None:
    result = run_tool(["django_impl/manage.py", *words], database_url=database_url)

    assert result.returncode != 0
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
