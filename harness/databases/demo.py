"""The demo database, which `make up` uses and keeps."""

from urllib.parse import unquote, urlsplit

from harness.databases import catalog, templates
from harness.dataset import is_empty, load
from harness.paths import default_data_dir, ensure_writable
from harness.postgres.cluster import Cluster
from harness.postgres.server import PostgresUnavailable, Server, configured_url

PRODUCTS = 10_000


def name(server: Server) -> str:
    """Return the name of the demo database: the one in `DATABASE_URL`, otherwise `shop`."""
    configured = "" if server.cluster else unquote(urlsplit(server.base_url).path).strip("/")
    return configured or "shop"


def url() -> str:
    """Return the URL of the demo database. Raises PostgresUnavailable if the server does not run, BadSetting."""
    if configured := configured_url():
        server = Server(configured)
    else:
        cluster = Cluster(ensure_writable(default_data_dir()))
        if cluster.postmaster() is None:
            raise PostgresUnavailable("The embedded PostgreSQL is not running: start `make up` first.")
        server = Server(cluster.url(), cluster)
    return server.url(name(server))


def database(server: Server) -> str:
    """Return the URL of the demo database, which is created with demo data if it does not exist.

    An existing database is migrated, and keeps its data. Raises PostgresUnavailable, MigrationFailed.
    """
    shop = name(server)
    with server.connection() as connection, connection.cursor() as cursor:
        catalog.lock(cursor, shop)
        if catalog.exists(cursor, shop):
            _require_locale(catalog.locale(cursor, shop), shop)
            _update(server.url(shop))
        else:
            templates.clone(server, shop, products=PRODUCTS)
    return server.url(shop)


def _update(url: str) -> None:
    templates.migrate(url)
    if is_empty(url):
        load(url, PRODUCTS)


def _require_locale(found: str | None, shop: str) -> None:
    if found != catalog.LOCALE:
        raise PostgresUnavailable(
            f"The locale of the database {shop} is not builtin {catalog.LOCALE}, so it would sort and compare text "
            "differently. Drop the database, and the next `make up` creates it again."
        )
