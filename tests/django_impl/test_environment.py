"""Environment variables are validated at startup; an invalid one ends the process with a one-line message."""

import os
import subprocess
import sys
from unittest.mock import patch

import pytest

from django_impl.config.database_url import sqlalchemy_url
from django_impl.config.environment import EXIT_CODE, Environment, read_environment
from tests.django_impl.environment import DEVELOPMENT, PRODUCTION

NAMES = (
    "ENVIRONMENT",
    "DATABASE_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "CORS_ALLOWED_ORIGINS",
    "CACHING",
    "CACHE_SECONDS",
    "REDIS_TIMEOUT_SECONDS",
    "SOCKET_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "EMAIL_FROM",
    "STAFF_EMAIL",
    "MEDIA_DIR",
    "THROTTLING",
    "TRUSTED_PROXIES",
    "METRICS_ALLOWED",
    "PROMETHEUS_MULTIPROC_DIR",
    "TRACES_URL",
    "LOG_LEVEL",
    "DEBUG",
    "DATABASE_POOL_SIZE",
    "WORKER_AFFINITY",
)


def read(environment: dict[str, str]) -> Environment:
    """Read the settings from these variables only."""
    others = {name: value for name, value in os.environ.items() if name not in NAMES}
    with patch.dict(os.environ, {**others, **environment}, clear=True):
        return read_environment()


def test_development_requires_only_database_url() -> None:
    environment = read(DEVELOPMENT)

    assert environment.database == {"user": "shop", "host": "localhost", "dbname": "shop"}
    assert environment.allowed_hosts == ["localhost", "127.0.0.1"]
    assert environment.debug


def test_environment_defaults_to_production() -> None:
    assert read({name: value for name, value in PRODUCTION.items() if name != "ENVIRONMENT"}).production
    assert not read(PRODUCTION).debug


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("", []),
        ("https://shop.example", ["https://shop.example"]),
        ("https://shop.example:8443, http://[::1]:3000", ["https://shop.example:8443", "http://[::1]:3000"]),
    ],
)
def test_origins_are_separated_by_commas(value: str, origins: list[str]) -> None:
    assert read({**DEVELOPMENT, "CORS_ALLOWED_ORIGINS": value}).cors_allowed_origins == origins


def test_host_can_be_socket_directory() -> None:
    environment = read({**DEVELOPMENT, "DATABASE_URL": "postgresql://shop@/shop?host=/run/postgresql"})

    assert environment.database == {"user": "shop", "dbname": "shop", "host": "/run/postgresql"}


@pytest.mark.parametrize(
    ("url", "encryption"), [("smtp", (False, False)), ("smtps", (True, False)), ("smtp+starttls", (False, True))]
)
def test_mail_server_is_read_from_its_url(url: str, encryption: tuple[bool, bool]) -> None:
    smtp = read({**DEVELOPMENT, "EMAIL_URL": f"{url}://us%40er:pa%3Ass@[::1]:2525"}).smtp

    assert (smtp["host"], smtp["port"], smtp["username"], smtp["password"]) == ("::1", 2525, "us@er", "pa:ss")
    assert (smtp["use_ssl"], smtp["use_tls"]) == encryption


@pytest.mark.parametrize(
    ("changes", "name"),
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
        ({"CORS_ALLOWED_ORIGINS": "*"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "localhost"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://*.shop.example"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://shop.example/"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://shop.example/a"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://Shop.example"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://shop.example:443"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "http://shop.example:80"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://shop.example:0"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "null"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://shop.example:65536"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "http://[0:0:0:0:0:0:0:1]:3000"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "http://[::1::]"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "http://[::G]"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://shop.example,,http://localhost"}, "CORS_ALLOWED_ORIGINS"),
        ({"CACHING": "sometimes"}, "CACHING"),
        ({"CACHE_SECONDS": "0"}, "CACHE_SECONDS"),
        ({"CACHE_SECONDS": "301"}, "CACHE_SECONDS"),
        ({"REDIS_TIMEOUT_SECONDS": "-3"}, "REDIS_TIMEOUT_SECONDS"),
        ({"REDIS_TIMEOUT_SECONDS": "nan"}, "REDIS_TIMEOUT_SECONDS"),
        ({"SOCKET_URL": "http://127.0.0.1:8003"}, "SOCKET_URL"),
        ({"SOCKET_URL": "ws://127.0.0.1:8003/ws; *"}, "SOCKET_URL"),
        ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:99999/0"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://[::::]:1/0"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://h:abc/0"}, "REDIS_URL"),
        ({"CELERY_BROKER_URL": "amqp://127.0.0.1:5672"}, "CELERY_BROKER_URL"),
        ({"EMAIL_URL": "mail.example:25"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://mail.example"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://mail.example:99999"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://user@mail.example:25"}, "EMAIL_URL"),
        ({"EMAIL_FROM": "nobody"}, "EMAIL_FROM"),
        ({"STAFF_EMAIL": "staff@@shop.example"}, "STAFF_EMAIL"),
        ({"MEDIA_DIR": ""}, "MEDIA_DIR"),
        ({"MEDIA_DIR": "/dev/null"}, "MEDIA_DIR"),
        ({"MEDIA_DIR": "/dev/null/media"}, "MEDIA_DIR"),
        ({"TRUSTED_PROXIES": "proxy"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "10.0.0.0/33"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": ","}, "TRUSTED_PROXIES"),
        ({"METRICS_ALLOWED": "prometheus"}, "METRICS_ALLOWED"),
        ({"METRICS_ALLOWED": "*"}, "METRICS_ALLOWED"),
        ({"METRICS_ALLOWED": "127.0.0.1", "PROMETHEUS_MULTIPROC_DIR": "/dev/null"}, "PROMETHEUS_MULTIPROC_DIR"),
        ({"TRACES_URL": "127.0.0.1:4318"}, "TRACES_URL"),
        ({"TRACES_URL": "http://user:password@127.0.0.1:4318/v1/traces"}, "TRACES_URL"),
        ({"THROTTLING": "perhaps"}, "THROTTLING"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"DATABASE_POOL_SIZE": "0"}, "DATABASE_POOL_SIZE"),
        ({"DATABASE_POOL_SIZE": "many"}, "DATABASE_POOL_SIZE"),
        ({"WORKER_AFFINITY": "perhaps"}, "WORKER_AFFINITY"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT"),
    ],
)
def test_invalid_variable_exits_with_one_line(
    changes: dict[str, str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        read({**PRODUCTION, **changes})

    line, *others = capsys.readouterr().err.splitlines()
    assert (end.value.code, others) == (EXIT_CODE, [])
    assert name in line


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS"])
def test_missing_variable_exits_with_its_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read({other: value for other, value in PRODUCTION.items() if other != name})

    assert name in capsys.readouterr().err


def test_management_command_prints_one_line_for_invalid_environment() -> None:
    result = manage("check", environment={**PRODUCTION, "SECRET_KEY": "short"})

    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (EXIT_CODE, "", 1)


def test_url_of_the_broker_has_no_semicolon_at_which_celery_would_split_it() -> None:
    url = sqlalchemy_url("postgres://shop:a;b@localhost:5433/shop?application_name=x")

    assert url == "postgresql+psycopg2://shop:a%3Bb@localhost:5433/shop?application_name=x"


def test_production_passes_deployment_checks() -> None:
    environment = {**PRODUCTION, "EMAIL_URL": "smtps://shop:password@mail.shop.example:465"}
    result = manage("check", "--deploy", "--fail-level", "WARNING", environment=environment)

    assert result.returncode == 0, result.stderr


def test_production_without_a_mail_server_fails_deployment_checks() -> None:
    result = manage("check", "--deploy", environment=PRODUCTION)

    assert result.returncode == 1
    assert "mail.E001" in result.stderr


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a management command with these environment variables."""
    command = [sys.executable, "django_impl/manage.py", *arguments]
    return subprocess.run(
        command, env={"PATH": os.defpath, **environment}, capture_output=True, text=True, check=False, encoding="utf-8"
    )
