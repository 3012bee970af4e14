"""The environment variables. A missing or malformed value ends the process with one line on stderr."""

import os
import re
import sys
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from environs import Env, EnvError, ValidationError, validate
from psycopg2.extensions import parse_dsn

from django_impl.config.database_url import check_database_url

DEVELOPMENT_SECRET = "development-secret-key-not-for-production"  # noqa: S105 - public, and rejected in production
MEDIA_DIR = Path(__file__).resolve().parents[2] / ".data/media"
EMAIL_FROM, STAFF_EMAIL = "shop@shop.example", "staff@shop.example"
EMAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
EMAIL_URL = re.compile(
    r"(?P<scheme>smtp|smtps|smtp\+starttls)://((?P<user>[^:@/?#\s]+):(?P<password>[^:@/?#\s]+)@)?"
    r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[1-9][0-9]{0,4})"
)
DEVELOPMENT_HOSTS = ["localhost", "127.0.0.1"]
REQUIRED: Any = ...  # environs: the variable has no default
LOG_LEVELS = ["debug", "info", "warning", "error", "critical"]
HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")
# As a browser sends it: lower case, without the default port of its scheme.
ORIGIN = re.compile(
    r"(?!http:.*:80$|https:.*:443$)https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[(?P<ipv6>[0-9a-f:.]+)\])"
    r"(:(?P<port>[1-9][0-9]{0,4}))?"
)
MAX_PORT = 65535
# With a port, because the asynchronous storage of `limits` requires one.
REDIS_URL = re.compile(r"rediss?://([^@/?#\s]*@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4}(/[0-9]{1,3})?")
WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/?")
TRACES_URL = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~/-]*)?")
SOCKET_ADDRESS = re.compile(r"wss?://([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?")

# With any other code gunicorn would start the worker again and again. This one means "App failed to load".
EXIT_CODE = 4


@dataclass(frozen=True)
class Environment:
    """The validated variables; `database` has the keywords of libpq."""

    production: bool
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    cors_allowed_origins: list[str]
    redis_url: str
    redis_timeout_seconds: float
    celery_broker_url: str
    smtp: dict[str, Any]
    email_from: str
    staff_email: str
    throttling: bool
    caching: bool
    cache_seconds: int
    trusted_proxies: list[IPv4Network | IPv6Network]
    metrics_allowed: list[IPv4Network | IPv6Network]
    metrics_directory: Path | None
    traces_url: str
    secure_cookies: bool
    database_url: str
    database: dict[str, str]
    media_dir: Path
    database_pool_size: int
    worker_affinity: bool
    log_level: str
    counterpart_url: str
    socket_url: str


# --8<-- [start:stop]
def read_environment() -> Environment:
    """Return the validated variables, or end the process with one line that names the invalid one."""
    env = Env()
    try:
        return _read(env)
    except EnvError as error:
        _stop(str(error))
    # --8<-- [end:stop]


# --8<-- [start:read]
def _read(env: Env) -> Environment:
    production = (
        env.str("ENVIRONMENT", "production", validate=validate.OneOf(["development", "production"])) == "production"
    )
    rejected = [DEVELOPMENT_SECRET] if production else []
    return Environment(
        production=production,
        debug=env.bool("DEBUG", not production, validate=validate.Equal(False) if production else None),
        secret_key=env.str(
            "SECRET_KEY",
            REQUIRED if production else DEVELOPMENT_SECRET,
            validate=[
                validate.Length(min=32),
                validate.NoneOf(rejected, error="The development secret must not be used in production."),
            ],
        ),
        allowed_hosts=env.list(
            "ALLOWED_HOSTS", REQUIRED if production else DEVELOPMENT_HOSTS, subcast=str.strip, validate=_hosts
        ),
        cors_allowed_origins=env.list("CORS_ALLOWED_ORIGINS", [], subcast=str.strip, validate=_origins),
        redis_url=env.str("REDIS_URL", "", validate=_redis_url),
        redis_timeout_seconds=env.float("REDIS_TIMEOUT_SECONDS", 1.0, validate=validate.Range(0.01, 60)),
        celery_broker_url=env.str("CELERY_BROKER_URL", "", validate=_redis_url),
        smtp=_smtp(env.str("EMAIL_URL", "")),
        email_from=env.str("EMAIL_FROM", EMAIL_FROM, validate=_email_address),
        staff_email=env.str("STAFF_EMAIL", STAFF_EMAIL, validate=_email_address),
        throttling=env.bool("THROTTLING", True),
        caching=env.bool("CACHING", True),
        cache_seconds=env.int("CACHE_SECONDS", 1, validate=validate.Range(1, 300)),
        trusted_proxies=_read_networks(env, "TRUSTED_PROXIES"),
        metrics_allowed=_read_networks(env, "METRICS_ALLOWED"),
        metrics_directory=_existing_directory(env, "PROMETHEUS_MULTIPROC_DIR"),
        traces_url=env.str("TRACES_URL", "", validate=_traces_url),
        secure_cookies=env.bool("SECURE_COOKIES", production),
        database_url=env.str("DATABASE_URL"),
        database=_database(env.str("DATABASE_URL")),
        media_dir=Path(env.str("MEDIA_DIR", str(MEDIA_DIR), validate=_directory)).resolve(),
        database_pool_size=env.int("DATABASE_POOL_SIZE", 5, validate=validate.Range(1, 1000)),
        worker_affinity=env.bool("WORKER_AFFINITY", False),
        log_level=env.str("LOG_LEVEL", "info", validate=validate.OneOf(LOG_LEVELS)).upper(),
        counterpart_url=env.str("COUNTERPART_URL", "", validate=_web_address),
        socket_url=env.str("SOCKET_URL", "", validate=_socket_address),
    )
    # --8<-- [end:read]


def _hosts(hosts: list[str]) -> None:
    if not hosts or not all(HOST.fullmatch(host) for host in hosts):
        raise ValidationError("Give exact host names, separated by commas; there are no wildcards.")


def _origins(origins: list[str]) -> None:
    if not all(map(_is_origin, origins)):
        raise ValidationError("Give exact origins, such as https://shop.example, separated by commas; no wildcards.")


def _is_origin(text: str) -> bool:
    """Return whether a browser can send this text as an origin. It shortens IPv6 addresses."""
    found = ORIGIN.fullmatch(text)
    if not found or int(found["port"] or 1) > MAX_PORT:
        return False
    try:
        return found["ipv6"] is None or str(IPv6Address(found["ipv6"])) == found["ipv6"]
    except ValueError:
        return False


def _redis_url(url: str) -> None:
    try:
        is_valid = not url or (REDIS_URL.fullmatch(url) and urlsplit(url).port)
    except ValueError:  # the port is too large, or the address in brackets is invalid
        is_valid = False
    if not is_valid:
        raise ValidationError("It must be redis://host:port/number, or rediss:// with TLS.")


def _read_networks(env: Env, name: str) -> list[IPv4Network | IPv6Network]:
    return [*map(ip_network, env.list(name, [], subcast=str.strip, validate=_networks))]


def _networks(texts: list[str]) -> None:
    try:
        [*map(ip_network, texts)]
    except ValueError as error:
        raise ValidationError(
            f"Give addresses or networks, such as 192.0.2.0/24, separated by commas: {error}."
        ) from error


def _directory(text: str) -> None:
    path = Path(text).resolve()
    existing = next(each for each in (path, *path.parents) if each.exists())
    if not text or not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise ValidationError("It must be a directory in which the server can create files.")


def _existing_directory(env: Env, name: str) -> Path | None:
    path = Path(env.str(name, ""))
    if not env.str(name, ""):
        return None
    if not path.is_dir() or not os.access(path, os.W_OK | os.X_OK):
        raise EnvError(
            f'Environment variable "{name}" invalid: it must be an existing directory in which the server can write'
        )
    return path


def _web_address(url: str) -> None:
    if url and not WEB_ADDRESS.fullmatch(url):
        raise ValidationError("It must be http://host:port or https://host:port.")


def _traces_url(url: str) -> None:
    if url and not TRACES_URL.fullmatch(url):
        raise ValidationError("It must be http://host:port/path or https://host:port/path, without a password.")


def _socket_address(url: str) -> None:
    if url and not SOCKET_ADDRESS.fullmatch(url):
        raise ValidationError("It must be ws://host:port or wss://host:port.")


def _email_address(text: str) -> None:
    if not EMAIL_ADDRESS.fullmatch(text):
        raise ValidationError("It must be an e-mail address, without a name.")


def _smtp(url: str) -> dict[str, Any]:
    """Return the options of Django's SMTP backend, or none for an empty URL."""
    found = EMAIL_URL.fullmatch(url)
    if not found or int(found["port"]) > MAX_PORT:
        if not url:
            return {}
        raise EnvError(
            'Environment variable "EMAIL_URL" invalid: it must be smtp://user:password@host:port, or smtps:// or '
            "smtp+starttls:// with TLS, with special characters percent-encoded"
        )
    return {
        "host": found["host"].strip("[]"),
        "port": int(found["port"]),
        "username": unquote(found["user"] or ""),
        "password": unquote(found["password"] or ""),
        "use_ssl": found["scheme"] == "smtps",
        "use_tls": found["scheme"] == "smtp+starttls",
    }


def _database(url: str) -> dict[str, str]:
    try:
        check_database_url(url)
    except ValueError as error:
        raise EnvError(f'Environment variable "DATABASE_URL" invalid: {error}') from error
    return parse_dsn(url)


def _stop(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(EXIT_CODE)
