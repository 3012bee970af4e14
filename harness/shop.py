"""The database that stays: the one `make up` serves."""

from urllib.parse import unquote, urlsplit

from harness import catalog, templates
from harness.dataset import load
from harness.postgres import PostgresUnavailable, Server

PRODUCTS = 10_000


def database(server: Server) -> str:
    """URL of the demo database: made with demo data the first time, migrated and otherwise left alone after that."""
    name = _name(server)
    with server.connection() as connection, connection.cursor() as cursor:
        catalog.lock(cursor, name)
        if catalog.exists(cursor, name):
            _require_locale(catalog.locale(cursor, name), name)
            _bring_up_to_date(server, name)
        else:
            templates.clone(server, name, products=PRODUCTS)
    return server.url(name)


def _name(server: Server) -> str:
    named = "" if server.cluster else unquote(urlsplit(server.base_url).path).strip("/")
    return named or "shop"


def _bring_up_to_date(server: Server, name: str) -> None:
    templates.migrate(server.url(name))
    with server.connection(name) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM categories)")
        is_empty = cursor.fetchone() == (False,)
    if is_empty:
        load(server.url(name), PRODUCTS)


def _require_locale(found: str | None, name: str) -> None:
    if found != catalog.LOCALE:
        raise PostgresUnavailable(
            f"The database {name} has another locale than builtin {catalog.LOCALE}, and would sort and compare "
            "differently. Drop it, and it is made as it should be."
        )
