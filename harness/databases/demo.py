"""The database that stays: the one `make up` serves."""

import os
from urllib.parse import unquote, urlsplit

from harness.databases import catalog, templates
from harness.dataset import is_empty, load
from harness.paths import default_data_dir, usable
from harness.postgres.cluster import Cluster
from harness.postgres.server import PostgresUnavailable, Server

PRODUCTS = 10_000


def name(server: Server) -> str:
    """Its name: `shop`, or what `DATABASE_URL` says."""
    named = "" if server.cluster else unquote(urlsplit(server.base_url).path).strip("/")
    return named or "shop"


def url() -> str:
    """URL of the demo database as it runs now. Raises PostgresUnavailable when nothing runs it, BadSetting."""
    if named := os.environ.get("DATABASE_URL"):
        server = Server(named)
    else:
        cluster = Cluster(usable(default_data_dir()))
        if cluster.postmaster() is None:
            raise PostgresUnavailable("The embedded PostgreSQL runs while a command uses it: start `make up` first.")
        server = Server(cluster.url(), cluster)
    return server.url(name(server))


def database(server: Server) -> str:
    """URL of the demo database: made with demo data the first time, migrated and otherwise left alone after that."""
    shop = name(server)
    with server.connection() as connection, connection.cursor() as cursor:
        catalog.lock(cursor, shop)
        if catalog.exists(cursor, shop):
            _require_locale(catalog.locale(cursor, shop), shop)
            _bring_up_to_date(server.url(shop))
        else:
            templates.clone(server, shop, products=PRODUCTS)
    return server.url(shop)


def _bring_up_to_date(url: str) -> None:
    templates.migrate(url)
    if is_empty(url):
        load(url, PRODUCTS)


def _require_locale(found: str | None, shop: str) -> None:
    if found != catalog.LOCALE:
        raise PostgresUnavailable(
            f"The database {shop} has another locale than builtin {catalog.LOCALE}, and would sort and compare "
            "differently. Drop it, and it is made as it should be."
        )
