"""Settings from environment variables; a missing or invalid one ends the process with one line on stderr."""

import hashlib
import hmac
import os
import re
import sys
from functools import cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from fastapi_impl.config.database_url import check_database_url

# --8<-- [start:defaults]
DEVELOPMENT_SECRET = "development-secret-key-not-for-production"  # noqa: S105 - public, and rejected in production
MIN_SECRET_LENGTH = 32
MEDIA_DIR = Path(__file__).resolve().parents[2] / ".data/media"
DEVELOPMENT_DEFAULTS = {
    "secret_key": DEVELOPMENT_SECRET,
    "allowed_hosts": "localhost,127.0.0.1",
    "secure_cookies": "false",
}
# --8<-- [end:defaults]
HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")
# As a browser sends it: lower case, without the default port of its scheme.
ORIGIN = re.compile(
    r"(?!http:.*:80$|https:.*:443$)https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[(?P<ipv6>[0-9a-f:.]+)\])"
    r"(:(?P<port>[1-9][0-9]{0,4}))?"
)
MAX_PORT = 65535
# With a port, because the asynchronous storage of `limits` requires one.
REDIS_URL = re.compile(r"rediss?://([^@/?#\s]*@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4}(/[0-9]{1,3})?")
EMAIL_URL = re.compile(
    r"(?P<scheme>smtp|smtps|smtp\+starttls)://((?P<user>[^:@/?#\s]+):(?P<password>[^:@/?#\s]+)@)?"
    r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[1-9][0-9]{0,4})"
)
EmailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$")]
WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/?")
TRACES_URL = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~/-]*)?")
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode]
SOCKET_ADDRESS = re.compile(r"wss?://([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?")

# uvicorn restarts a worker that ends, except with this code (STARTUP_FAILURE).
EXIT_CODE = 3


# --8<-- [start:settings]
class Settings(BaseSettings):
    """The validated environment; the defaults are those of production."""

    model_config = SettingsConfigDict(frozen=True)

    environment: Literal["development", "production"] = "production"
    database_url: Annotated[str, Field(repr=False)]
    database_pool_size: Annotated[int, Field(ge=1, le=1000)] = 5
    secret_key: SecretStr
    allowed_hosts: Annotated[frozenset[str], NoDecode]
    cors_allowed_origins: Annotated[frozenset[str], NoDecode] = frozenset()
    redis_url: Annotated[str, Field(repr=False)] = ""
    redis_timeout_seconds: Annotated[float, Field(ge=0.01, le=60)] = 1.0
    celery_broker_url: Annotated[str, Field(repr=False)] = ""
    email_url: Annotated[str, Field(repr=False)] = ""
    email_from: EmailAddress = "shop@shop.example"
    staff_email: EmailAddress = "staff@shop.example"
    throttling: bool = True
    caching: bool = True
    cache_seconds: Annotated[int, Field(ge=1, le=300)] = 1
    trusted_proxies: Networks = ()
    metrics_allowed: Networks = ()
    prometheus_multiproc_dir: Path | None = None
    traces_url: str = ""
    secure_cookies: bool = True
    media_dir: Path = MEDIA_DIR
    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    counterpart_url: str = ""
    socket_url: str = ""

    @model_validator(mode="before")
    @classmethod
    def fill_in_for_development(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Add the defaults that only a developer's machine has."""
        return DEVELOPMENT_DEFAULTS | values if values.get("environment") == "development" else values

    @field_validator("database_url")
    @classmethod
    def check_database_url(cls, text: str) -> str:
        """Reject a URL that asyncpg and Django's driver would read differently, or that is not PostgreSQL's."""
        check_database_url(text)
        return text

    @field_validator("secret_key")
    @classmethod
    def check_secret_key(cls, secret: SecretStr) -> SecretStr:
        """Reject a key that is too short for HS256."""
        if len(secret.get_secret_value()) < MIN_SECRET_LENGTH:
            raise ValueError(f"it must have at least {MIN_SECRET_LENGTH} characters")
        return secret

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def split_hosts(cls, text: str) -> list[str]:
        """Return the hosts of the list; a wildcard is rejected."""
        hosts = [host.strip().lower() for host in text.split(",")]
        if not all(HOST.fullmatch(host) for host in hosts):
            raise ValueError("give exact host names, separated by commas; there are no wildcards")
        return hosts

    @field_validator("cors_allowed_origins", mode="before")
    @classmethod
    def split_origins(cls, text: str) -> list[str]:
        """Return the origins of the list, which may be empty; a wildcard is rejected."""
        origins = [origin.strip() for origin in text.split(",")] if text else []
        if not all(map(_is_origin, origins)):
            raise ValueError("give exact origins, such as https://shop.example, separated by commas; no wildcards")
        return origins

    @field_validator("redis_url", "celery_broker_url")
    @classmethod
    def check_redis_url(cls, text: str) -> str:
        """Reject a value that is not the address of a Redis server."""
        try:
            is_valid = not text or (REDIS_URL.fullmatch(text) and urlsplit(text).port)
        except ValueError:  # the port is too large, or the address in brackets is invalid
            is_valid = False
        if not is_valid:
            raise ValueError("it must be redis://host:port/number, or rediss:// with TLS")
        return text

    @field_validator("trusted_proxies", "metrics_allowed", mode="before")
    @classmethod
    def split_networks(cls, text: str) -> list[str]:
        """Return the addresses and networks of the list, which may be empty."""
        networks = [network.strip() for network in text.split(",")] if text else []
        try:
            [*map(ip_network, networks)]
        except ValueError as error:
            raise ValueError(
                f"give addresses or networks, such as 192.0.2.0/24, separated by commas: {error}"
            ) from error
        return networks

    @field_validator("media_dir", mode="before")
    @classmethod
    def check_media_dir(cls, text: str) -> Path:
        """Return the path; reject one where the server cannot create files."""
        path = Path(text).resolve()
        existing = next(each for each in (path, *path.parents) if each.exists())
        if not text or not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
            raise ValueError("it must be a directory in which the server can create files")
        return path

    @field_validator("prometheus_multiproc_dir", mode="before")
    @classmethod
    def check_metrics_directory(cls, text: str) -> Path | None:
        """Return the path, or None for an empty value; reject a directory that does not exist or is not writable."""
        if text and not (Path(text).is_dir() and os.access(text, os.W_OK | os.X_OK)):
            raise ValueError("it must be an existing directory in which the server can create files")
        return Path(text) if text else None

    @field_validator("counterpart_url")
    @classmethod
    def check_counterpart_url(cls, text: str) -> str:
        """Reject a value that is not the address of a server."""
        if text and not WEB_ADDRESS.fullmatch(text):
            raise ValueError("it must be http://host:port or https://host:port")
        return text

    @field_validator("traces_url")
    @classmethod
    def check_traces_url(cls, text: str) -> str:
        """Reject a value that is not the address of a collector, or contains a password."""
        if text and not TRACES_URL.fullmatch(text):
            raise ValueError("it must be http://host:port/path or https://host:port/path, without a password")
        return text

    @field_validator("socket_url")
    @classmethod
    def check_socket_url(cls, text: str) -> str:
        """Reject a value that is not the address of a WebSocket server without a path."""
        if text and not SOCKET_ADDRESS.fullmatch(text):
            raise ValueError("it must be ws://host:port or wss://host:port")
        return text

    @field_validator("email_url")
    @classmethod
    def check_email_url(cls, text: str) -> str:
        """Reject a value that is not the address of a mail server."""
        found = EMAIL_URL.fullmatch(text)
        if text and (not found or int(found["port"]) > MAX_PORT):
            raise ValueError(
                "it must be smtp://user:password@host:port, or smtps:// or smtp+starttls:// with TLS, "
                "with special characters percent-encoded"
            )
        return text

    @property
    def smtp(self) -> dict[str, Any] | None:
        """The options of aiosmtplib, or None if mails are printed."""
        found = EMAIL_URL.fullmatch(self.email_url)
        return found and {
            "hostname": found["host"].strip("[]"),
            "port": int(found["port"]),
            "username": unquote(found["user"]) if found["user"] else None,
            "password": unquote(found["password"]) if found["password"] else None,
            "use_tls": found["scheme"] == "smtps",
            "start_tls": found["scheme"] == "smtp+starttls",
        }

    @property
    def observes_requests(self) -> bool:
        """Whether the requests are logged, or counted for /metrics."""
        return self.log_level in {"debug", "info"} or bool(self.metrics_allowed)

    def key_for(self, purpose: str) -> str:
        """Return a key derived from SECRET_KEY. What is signed for one purpose is not valid for another."""
        secret = self.secret_key.get_secret_value()
        return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256).hex()

    @model_validator(mode="after")
    def reject_development_secret(self) -> Self:
        """Reject the public development secret in production."""
        if self.environment == "production" and self.secret_key.get_secret_value() == DEVELOPMENT_SECRET:
            raise ValueError("SECRET_KEY: the development secret must not be used in production")
        return self

    # --8<-- [end:settings]


# --8<-- [start:stop]
@cache
def get_settings() -> Settings:
    """Return the settings. Ends the process with one line on stderr if a variable is invalid."""
    try:
        return Settings()
    except ValidationError as error:
        _stop(error)
    # --8<-- [end:stop]


def _is_origin(text: str) -> bool:
    """Return whether a browser can send this text as an origin. It shortens IPv6 addresses."""
    found = ORIGIN.fullmatch(text)
    if not found or int(found["port"] or 1) > MAX_PORT:
        return False
    try:
        return found["ipv6"] is None or str(IPv6Address(found["ipv6"])) == found["ipv6"]
    except ValueError:
        return False


def _stop(error: ValidationError) -> NoReturn:
    """Print each variable with its error, without the value, which can be a secret, and end the process."""
    reasons = []
    for problem in error.errors(include_url=False, include_input=False):
        variable = "".join(f"{name}: ".upper() for name in problem["loc"][:1])
        reason = "it is not set" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        reasons.append(variable + reason)
    print("Environment:", "; ".join(reasons), file=sys.stderr)
    sys.exit(EXIT_CODE)
