"""Temporary databases, their templates, and the demo database."""

import os

import psycopg2
import pytest

from harness.databases import catalog, demo, templates
from harness.databases.clones import create_empty, database, drop
from harness.postgres.server import PostgresUnavailable, Server


def value(url: str, query: str) -> object:
    """Return the first column of the first row."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
            assert row is not None
            return row[0]
    finally:
        connection.close()


def all_names(server: Server) -> list[str]:
    """Return the names of all databases."""
    with server.connection() as connection, connection.cursor() as cursor:
        return catalog.names(cursor, "")


def test_database_is_migrated_and_empty_and_dropped_at_the_end(own_server: Server) -> None:
    with database(own_server, name_hint="gw0") as url:
        assert value(url, "SELECT count(*) FROM products") == 0
        assert "gw0" in url
    assert url.rsplit("/", 1)[1] not in all_names(own_server)


def test_databases_of_one_template_do_not_share_rows(own_server: Server) -> None:
    with database(own_server) as one, database(own_server) as other:
        value(one, "INSERT INTO categories (name, slug, description) VALUES ('a', 'a', '') RETURNING 1")
        assert value(other, "SELECT count(*) FROM categories") == 0


def test_seeded_database_has_its_products(own_server: Server) -> None:
    with database(own_server, size=100) as url:
        assert value(url, "SELECT count(*) FROM products") == 100


def test_database_has_the_builtin_locale(own_server: Server) -> None:
    create_empty(own_server, "bare")
    try:
        assert (
            value(own_server.url("bare"), "SELECT datlocale FROM pg_database WHERE datname = current_database()")
            == "C.UTF-8"
        )
        assert value(own_server.url("bare"), "SELECT upper('né') || ('Z' < 'a') || ('ä' > 'z')") == "NÉtruetrue"
    finally:
        drop(own_server, "bare")


def test_database_of_a_killed_command_is_dropped(own_server: Server) -> None:
    abandoned = f"shop_harness_clone__{os.getpid()}_abandoned"
    create_empty(own_server, abandoned)
    with database(own_server):
        assert abandoned not in all_names(own_server)


def test_template_is_built_again_when_its_sources_change(own_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "migrate", lambda _url: None)
    for fingerprint in ("first", "second"):
        monkeypatch.setattr(templates, "fingerprint", lambda value=fingerprint: value)
        with database(own_server):
            built = [name for name in all_names(own_server) if name.startswith("shop_harness_template_")]
            assert [name.rsplit("_", 1)[1] for name in built] == [fingerprint]


def test_demo_database_keeps_its_data(own_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PRODUCTS", 100)
    url = demo.database(own_server)
    value(url, "DELETE FROM order_items RETURNING 1")
    assert demo.database(own_server) == url
    assert value(url, "SELECT count(*) FROM order_items") == 0
    assert value(url, "SELECT count(*) FROM products") == 100


def test_demo_data_is_loaded_into_an_empty_database(own_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PRODUCTS", 100)
    create_empty(own_server, "mine")
    url = demo.database(Server(own_server.url("mine")))
    assert url == own_server.url("mine")
    assert value(url, "SELECT count(*) FROM products") == 100


def test_demo_database_with_another_locale_is_rejected(own_server: Server) -> None:
    with own_server.connection() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE other TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    with pytest.raises(PostgresUnavailable, match="The locale of the database other is not builtin"):
        demo.database(Server(own_server.url("other")))
