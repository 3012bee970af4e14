"""Settings are read from the environment, and an invalid one is reported in one line."""

import pytest

from fastapi_impl.config.database_url import sqlalchemy_url
from fastapi_impl.config.settings import DEVELOPMENT_SECRET, EXIT_CODE, get_settings

SECRET_KEY = "a secret of the tests, long enough"


@pytest.fixture
def production(environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Set valid environment variables for production."""
    environment.delenv("ENVIRONMENT")
    environment.setenv("SECRET_KEY", SECRET_KEY)
    environment.setenv("ALLOWED_HOSTS", "Shop.example, [::1]")
    return environment


def exit_message(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one-line message with which the process exits."""
    with pytest.raises(SystemExit) as exit_info:
        get_settings()
    message = capsys.readouterr().err

    assert exit_info.value.code == EXIT_CODE
    assert message.count("\n") == 1
    return message


@pytest.mark.usefixtures("environment")
def test_development_requires_only_database_url() -> None:
    settings = get_settings()

    assert settings.secret_key.get_secret_value() == DEVELOPMENT_SECRET
    assert settings.allowed_hosts == {"localhost", "127.0.0.1"}


@pytest.mark.parametrize(
    ("url", "encryption"), [("smtp", (False, False)), ("smtps", (True, False)), ("smtp+starttls", (False, True))]
)
def test_mail_server_is_read_from_its_url(
    environment: pytest.MonkeyPatch, url: str, encryption: tuple[bool, bool]
) -> None:
    environment.setenv("EMAIL_URL", f"{url}://us%40er:pa%3Ass@[::1]:2525")
    smtp = get_settings().smtp

    assert smtp is not None
    assert (smtp["hostname"], smtp["port"], smtp["username"], smtp["password"]) == ("::1", 2525, "us@er", "pa:ss")
    assert (smtp["use_tls"], smtp["start_tls"]) == encryption


@pytest.mark.usefixtures("production")
def test_environment_defaults_to_production() -> None:
    settings = get_settings()

    assert settings.environment == "production"
    assert settings.allowed_hosts == {"shop.example", "[::1]"}


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_missing_variable_exits_with_its_name(
    production: pytest.MonkeyPatch, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    production.delenv(name)

    assert exit_message(capsys) == f"Environment: {name}: it is not set\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@localhost/shop"),
        ("DATABASE_URL", "postgresql://localhost:port/shop"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "nonsense"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", DEVELOPMENT_SECRET),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "*.example"),
        ("ALLOWED_HOSTS", ""),
        ("CORS_ALLOWED_ORIGINS", "*"),
        ("CORS_ALLOWED_ORIGINS", "localhost"),
        ("CORS_ALLOWED_ORIGINS", "https://*.shop.example"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example/"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example/a"),
        ("CORS_ALLOWED_ORIGINS", "https://Shop.example"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example:443"),
        ("CORS_ALLOWED_ORIGINS", "http://shop.example:80"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example:0"),
        ("CORS_ALLOWED_ORIGINS", "null"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example:65536"),
        ("CORS_ALLOWED_ORIGINS", "http://[0:0:0:0:0:0:0:1]:3000"),
        ("CORS_ALLOWED_ORIGINS", "http://[::1::]"),
        ("CORS_ALLOWED_ORIGINS", "http://[::G]"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example,,http://localhost"),
        ("CACHING", "sometimes"),
        ("CACHE_SECONDS", "0"),
        ("CACHE_SECONDS", "301"),
        ("REDIS_TIMEOUT_SECONDS", "-3"),
        ("REDIS_TIMEOUT_SECONDS", "nan"),
        ("SOCKET_URL", "http://127.0.0.1:8003"),
        ("SOCKET_URL", "ws://127.0.0.1:8003/ws; *"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://127.0.0.1"),
        ("REDIS_URL", "redis://127.0.0.1:99999/0"),
        ("REDIS_URL", "redis://[::::]:1/0"),
        ("REDIS_URL", "redis://h:abc/0"),
        ("CELERY_BROKER_URL", "amqp://127.0.0.1:5672"),
        ("EMAIL_URL", "mail.example:25"),
        ("EMAIL_URL", "smtp://mail.example"),
        ("EMAIL_URL", "smtp://mail.example:99999"),
        ("EMAIL_URL", "smtp://user@mail.example:25"),
        ("EMAIL_FROM", "nobody"),
        ("STAFF_EMAIL", "staff@@shop.example"),
        ("MEDIA_DIR", "/dev/null"),
        ("MEDIA_DIR", "/dev/null/media"),
        ("PROMETHEUS_MULTIPROC_DIR", "/dev/null"),
        ("TRACES_URL", "127.0.0.1:4318"),
        ("TRACES_URL", "http://user:password@127.0.0.1:4318/v1/traces"),
        ("THROTTLING", "perhaps"),
        ("ENVIRONMENT", "staging"),
        ("LOG_LEVEL", "loud"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "many"),
    ],
)
def test_invalid_variable_is_named_without_its_value(
    production: pytest.MonkeyPatch, name: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    production.setenv(name, value)
    message = exit_message(capsys)

    assert name in message
    assert name == "ALLOWED_HOSTS" or value not in message


def test_empty_directory_of_images_is_rejected(
    production: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    production.setenv("MEDIA_DIR", "")

    assert "MEDIA_DIR: it must be a directory" in exit_message(capsys)


@pytest.mark.parametrize("name", ["TRUSTED_PROXIES", "METRICS_ALLOWED"])
@pytest.mark.parametrize("value", ["proxy", "*", "10.0.0.1/8", "10.0.0.0/33", ","])
def test_invalid_network_is_named(
    production: pytest.MonkeyPatch, name: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    production.setenv(name, value)

    assert f"{name}: give addresses or networks, such as 192.0.2.0/24" in exit_message(capsys)


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("", set()),
        ("https://shop.example", {"https://shop.example"}),
        ("https://shop.example:8443, http://[::1]:3000", {"https://shop.example:8443", "http://[::1]:3000"}),
    ],
)
def test_origins_are_separated_by_commas(production: pytest.MonkeyPatch, value: str, origins: set[str]) -> None:
    production.setenv("CORS_ALLOWED_ORIGINS", value)

    assert get_settings().cors_allowed_origins == origins


def test_host_can_be_socket_directory(production: pytest.MonkeyPatch) -> None:
    production.setenv("DATABASE_URL", "postgresql://shop@/shop?host=/run/postgresql")

    assert get_settings().database_url.endswith("/run/postgresql")


@pytest.mark.usefixtures("environment")
def test_secrets_are_not_printed() -> None:
    representation = repr(get_settings())

    assert DEVELOPMENT_SECRET not in representation
    assert "postgresql://" not in representation


def test_url_of_the_broker_has_no_semicolon_at_which_celery_would_split_it() -> None:
    url = sqlalchemy_url("postgres://shop:a;b@localhost:5433/shop?application_name=x")

    assert url == "postgresql+psycopg2://shop:a%3Bb@localhost:5433/shop?application_name=x"
