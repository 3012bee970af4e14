"""The environment is read once, and what is wrong with it is said in one line."""

import pytest

from fastapi_impl.config.settings import DEVELOPMENT_SECRET, EXIT_CODE, get_settings

UNTRIMMED = "a secret of the tests, long enough"


@pytest.fixture
def production(environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that production accepts."""
    environment.delenv("ENVIRONMENT")
    environment.setenv("SECRET_KEY", UNTRIMMED)
    environment.setenv("ALLOWED_HOSTS", "Shop.example, [::1]")
    return environment


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line with which the process ends."""
    with pytest.raises(SystemExit) as stop:
        get_settings()
    said = capsys.readouterr().err

    assert stop.value.code == EXIT_CODE
    assert said.count("\n") == 1
    return said


@pytest.mark.usefixtures("environment")
def test_a_developer_needs_only_a_database() -> None:
    settings = get_settings()

    assert settings.secret_key.get_secret_value() == DEVELOPMENT_SECRET
    assert settings.allowed_hosts == {"localhost", "127.0.0.1"}


@pytest.mark.usefixtures("production")
def test_production_is_what_runs_where_nothing_is_said() -> None:
    settings = get_settings()

    assert settings.environment == "production"
    assert settings.allowed_hosts == {"shop.example", "[::1]"}


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_must_be_told(production: pytest.MonkeyPatch, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    production.delenv(name)

    assert complaint(capsys) == f"Environment: {name}: it is not set\n"


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
        ("ENVIRONMENT", "staging"),
        ("LOG_LEVEL", "loud"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "many"),
    ],
)
def test_a_malformed_value_is_named_and_not_shown(
    production: pytest.MonkeyPatch, name: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    production.setenv(name, value)
    said = complaint(capsys)

    assert name in said
    assert name == "ALLOWED_HOSTS" or value not in said


def test_a_unix_socket_is_an_address_too(production: pytest.MonkeyPatch) -> None:
    production.setenv("DATABASE_URL", "postgresql://shop@/shop?host=/run/postgresql")

    assert get_settings().database_url.endswith("/run/postgresql")


@pytest.mark.usefixtures("environment")
def test_secrets_are_not_printed() -> None:
    shown = repr(get_settings())

    assert DEVELOPMENT_SECRET not in shown
    assert "postgresql://" not in shown
