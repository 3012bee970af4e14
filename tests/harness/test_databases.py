import os

import psycopg2
import pytest

from harness.databases import catalog, demo, templates
from harness.databases.clones import create_empty, database, drop
from harness.postgres.server import PostgresUnavailable, Server


def ask(url: str, query: str) -> object:
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
    with server.connection() as connection, connection.cursor() as cursor:
        return catalog.names(cursor, "")


def test_a_database_is_migrated_and_empty_and_gone_afterwards(own_server: Server) -> None:
    with database(own_server, name_hint="gw0") as url:
        assert ask(url, "SELECT count(*) FROM products") == 0
        assert "gw0" in url
    assert url.rsplit("/", 1)[1] not in all_names(own_server)


def test_databases_of_one_template_do_not_share_rows(own_server: Server) -> None:
    with database(own_server) as one, database(own_server) as other:
        ask(one, "INSERT INTO categories (name, slug, description) VALUES ('a', 'a', '') RETURNING 1")
        assert ask(other, "SELECT count(*) FROM categories") == 0


def test_a_seeded_database_has_its_products(own_server: Server) -> None:
    with database(own_server, size=100) as url:
        assert ask(url, "SELECT count(*) FROM products") == 100


def test_text_is_ordered_and_compared_the_same_on_every_machine(own_server: Server) -> None:
    create_empty(own_server, "bare")
    try:
        assert (
            ask(own_server.url("bare"), "SELECT datlocale FROM pg_database WHERE datname = current_database()")
            == "C.UTF-8"
        )
        assert ask(own_server.url("bare"), "SELECT upper('né') || ('Z' < 'a') || ('ä' > 'z')") == "NÉtruetrue"
    finally:
        drop(own_server, "bare")


def test_a_database_that_a_killed_command_left_behind_is_dropped(own_server: Server) -> None:
    abandoned = f"shop_harness_clone__{os.getpid()}_abandoned"
    create_empty(own_server, abandoned)
    with database(own_server):
        assert abandoned not in all_names(own_server)


def test_a_template_is_made_again_when_what_it_is_made_of_changes(
    own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "migrate", lambda _url: None)
    for fingerprint in ("first", "second"):
        monkeypatch.setattr(templates, "fingerprint", lambda value=fingerprint: value)
        with database(own_server):
            made = [name for name in all_names(own_server) if name.startswith("shop_harness_template_")]
            assert [name.rsplit("_", 1)[1] for name in made] == [fingerprint]


def test_the_demo_database_keeps_its_data(own_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PRODUCTS", 100)
    url = demo.database(own_server)
    ask(url, "DELETE FROM order_items RETURNING 1")
    assert demo.database(own_server) == url
    assert ask(url, "SELECT count(*) FROM order_items") == 0
    assert ask(url, "SELECT count(*) FROM products") == 100


def test_an_empty_database_of_ones_own_becomes_the_demo_database(
    own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "PRODUCTS", 100)
    create_empty(own_server, "mine")
    url = demo.database(Server(own_server.url("mine")))
    assert url == own_server.url("mine")
    assert ask(url, "SELECT count(*) FROM products") == 100


def test_a_database_that_sorts_differently_is_refused(own_server: Server) -> None:
    with own_server.connection() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE other TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    with pytest.raises(PostgresUnavailable, match="The database other has another locale"):
        demo.database(Server(own_server.url("other")))
