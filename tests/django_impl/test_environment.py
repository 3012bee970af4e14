"""The environment is checked at the start: one line and an end, or settings that are what they say."""

import os
import subprocess
import sys
from unittest.mock import patch

import pytest

from django_impl.config.environment import EXIT_CODE, Environment, read_environment
from tests.django_impl.environment import DEVELOPMENT, PRODUCTION

NAMES = ("ENVIRONMENT", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "LOG_LEVEL", "DEBUG")


def read(environment: dict[str, str]) -> Environment:
    """Read an environment that holds nothing else of the shop's."""
    foreign = {name: value for name, value in os.environ.items() if name not in NAMES}
    with patch.dict(os.environ, {**foreign, **environment}, clear=True):
        return read_environment()


def test_development_needs_a_database_and_nothing_else() -> None:
    environment = read(DEVELOPMENT)

    assert environment.database == {"user": "shop", "host": "localhost", "dbname": "shop"}
    assert environment.allowed_hosts == ["localhost", "127.0.0.1"]
    assert environment.debug


def test_nothing_said_means_production() -> None:
    assert read({name: value for name, value in PRODUCTION.items() if name != "ENVIRONMENT"}).production
    assert not read(PRODUCTION).debug


def test_a_socket_directory_is_a_host() -> None:
    environment = read({**DEVELOPMENT, "DATABASE_URL": "postgresql://shop@/shop?host=/run/postgresql"})

    assert environment.database == {"user": "shop", "dbname": "shop", "host": "/run/postgresql"}


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://shop@localhost/shop"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://shop@localhost"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://[/shop"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://shop@localhost:port/shop"}, "DATABASE_URL"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "development-secret-key-not-for-production"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ".shop.example"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT"),
    ],
)
def test_a_wrong_value_ends_the_process_with_one_line_that_names_it(
    said: dict[str, str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        read({**PRODUCTION, **said})

    line, *others = capsys.readouterr().err.splitlines()
    assert (end.value.code, others) == (EXIT_CODE, [])
    assert named in line


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS"])
def test_a_missing_value_ends_the_process_with_one_line_that_names_it(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read({other: value for other, value in PRODUCTION.items() if other != name})

    assert name in capsys.readouterr().err


def test_the_command_line_says_no_more_than_that() -> None:
    done = manage("check", environment={**PRODUCTION, "SECRET_KEY": "short"})

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (EXIT_CODE, "", 1)


def test_production_passes_djangos_own_inspection() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION)

    assert done.returncode == 0, done.stderr


def manage(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a management command in an environment of its own."""
    command = [sys.executable, "django_impl/manage.py", *words]
    return subprocess.run(
        command, env={"PATH": os.defpath, **environment}, capture_output=True, text=True, check=False, encoding="utf-8"
    )
