"""The commands of `python -m fastapi_impl`: what they do, and how they report a wrong value."""

import signal
import subprocess
import sys
import time
from contextlib import suppress

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from fastapi_impl.users.passwords import verify_password
from harness.paths import ROOT
from harness.ports import free_port
from harness.processes import forks
from harness.servers.command_lines import Budget, environment_for

EMAIL = "Me@Example.com"
PASSWORD = "a long password"
UNREACHABLE = "postgresql://shop@127.0.0.1:1/shop"


def command(*words: str, database_url: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run `python -m fastapi_impl` with these words."""
    variables = environment_for(database_url, Budget(), environment)
    return forks.run([sys.executable, "-m", "fastapi_impl", *words], ROOT, variables, stdin=stdin)


def create_superuser(
    database_url: str, email: str = EMAIL, password: str = PASSWORD
) -> "subprocess.CompletedProcess[str]":
    """Create a superuser without prompts."""
    words = ["createsuperuser", "--email", email, "--full-name", "Me"]
    return command(*words, database_url=database_url, SUPERUSER_PASSWORD=password)


async def test_createsuperuser_stores_a_superuser(database_url: str, sql: Connection) -> None:
    result = create_superuser(database_url)

    assert (result.returncode, result.stdout, result.stderr) == (0, "Created the superuser me@example.com.\n", "")
    with sql.cursor() as cursor:
        cursor.execute("SELECT email, full_name, is_active, is_staff, is_superuser, password FROM users")
        ((*user, stored),) = cursor.fetchall()
    assert user == ["me@example.com", "Me", True, True, True]
    assert await verify_password(PASSWORD, stored)


def test_createsuperuser_asks_for_what_is_missing(database_url: str, sql: Connection) -> None:  # noqa: ARG001
    result = command(
        "createsuperuser", "--full-name", "Me", database_url=database_url, stdin="short\n", SUPERUSER_PASSWORD=PASSWORD
    )

    assert (result.returncode, result.stdout) == (2, "E-mail address: ")
    assert result.stderr == "email: This must be an e-mail address.\n"


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("nobody", PASSWORD, "email: This must be an e-mail address.\n"),
        (EMAIL, "short", "password: This must have at least 8 characters.\n"),
        (
            "",
            "short",
            "email: This must have at least 3 characters.\npassword: This must have at least 8 characters.\n",
        ),
    ],
)
def test_createsuperuser_rejects_a_wrong_value(
    database_url: str, sql: Connection, email: str, password: str, message: str
) -> None:
    result = create_superuser(database_url, email, password)

    assert (result.returncode, result.stdout, result.stderr) == (2, "", message)
    with sql.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        assert cursor.fetchone() == (0,)


def test_createsuperuser_rejects_a_taken_address(database_url: str, sql: Connection) -> None:  # noqa: ARG001
    create_superuser(database_url)
    result = create_superuser(database_url)

    assert (result.returncode, result.stdout, result.stderr) == (2, "", "email: This is already taken.\n")


def test_createsuperuser_reports_an_unavailable_database() -> None:
    result = create_superuser(UNREACHABLE)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith("The user was not stored: ")
    assert "Traceback" not in result.stderr


def test_shell_runs_a_command_with_models_and_session(database_url: str, sql: Connection) -> None:  # noqa: ARG001
    create_superuser(database_url)
    code = (
        "print(await session.scalar(select(User.email)), *[each.__tablename__ for each in (Product, Category, Order)])"
    )
    result = command("shell", "-c", code, database_url=database_url)

    assert (result.returncode, result.stdout, result.stderr) == (0, "me@example.com products categories orders\n", "")


def test_shell_reads_commands_from_its_input(database_url: str, sql: Connection) -> None:  # noqa: ARG001
    lines = "async def found():\n    return await session.scalar(select(func.count(User.id)))\n\nprint(await found())\n"
    result = command("shell", database_url=database_url, stdin=lines)

    assert (result.returncode, result.stdout, result.stderr) == (0, "0\n", "")


def test_shell_stops_at_the_first_error_of_its_input(database_url: str) -> None:
    result = command("shell", database_url=database_url, stdin="raise ValueError('stop')\nprint('went on')\n")

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.endswith("ValueError: stop\n")


def test_commands_require_valid_settings(database_url: str) -> None:
    for words in (["createsuperuser"], ["run"], ["shell", "-c", "1"]):
        result = command(*words, database_url=database_url, SECRET_KEY="short")

        assert (result.returncode, result.stdout) == (3, "")
        assert result.stderr == "Environment: SECRET_KEY: it must have at least 32 characters\n"


@pytest.mark.parametrize("code", ["1/0", "print(", "await session.scalar(select(1))  /"])
def test_shell_reports_a_failed_command(database_url: str, code: str) -> None:
    result = command("shell", "-c", code, database_url=database_url)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith(("ZeroDivisionError", "SyntaxError"))


def test_run_serves_the_application(database_url: str) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "fastapi_impl", "run", "--no-reload", "--port", str(port)],
        cwd=ROOT,
        env=environment_for(database_url, Budget()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            while process.poll() is None:
                with suppress(httpx.TransportError):
                    if client.get("/healthz").status_code == 200:
                        break
                time.sleep(0.05)
        assert process.poll() is None, process.communicate()[1]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "--port", "0"], "--port"),
        (["run", "--port", "many"], "--port"),
        (["run", "--colour", "red"], "--colour"),
        (["makemigrations"], "makemigrations"),
        (["createsuperuser", "--email", EMAIL, "--full-name", "Me", "--password", PASSWORD, "surplus"], "surplus"),
    ],
)
def test_wrong_words_end_with_exit_code_2(words: list[str], message: str) -> None:
    result = command(*words, database_url=UNREACHABLE)

    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
