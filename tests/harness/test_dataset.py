"""The data set: the same rows everywhere, which fulfil the contract and contain rare cases."""

import hashlib
from collections.abc import Iterator
from itertools import chain

import argon2
import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from slugify import slugify

from harness.databases.clones import database
from harness.dataset import ADMIN, CUSTOMER_PASSWORD, SHOPPER, Account, Sizes, customer, load
from harness.dataset.categories import category_rows
from harness.dataset.orders import Orders
from harness.dataset.products import Products
from harness.dataset.users import password_hash, user_rows
from harness.postgres.server import Server

SIZE = 2_000


@pytest.fixture(scope="module")
def seeded(own_server: Server) -> Iterator[Connection]:
    """A connection to a database with the data set."""
    with database(own_server, size=SIZE) as url:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        yield connection
        connection.close()


def value(connection: Connection, query: str) -> object:
    """Return the first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        assert row is not None
        return row[0]


def count(connection: Connection, source: str) -> int:
    """Return the number of rows of a table, or of a table and its condition."""
    number = value(connection, f"SELECT count(*) FROM {source}")
    assert isinstance(number, int)
    return number


def digest(seed: int) -> str:
    """Return a hash of all rows of a small data set."""
    sizes = Sizes(1_000)
    products = Products(seed, sizes.products)
    orders = Orders(products, accounts=sizes.accounts, size=sizes.orders)
    lines = chain(
        category_rows(seed),
        user_rows(seed, 0, sizes.accounts),
        products.rows(0, sizes.products),
        chain.from_iterable(orders.rows(0, sizes.orders)),
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def test_same_seed_gives_the_same_rows_on_every_machine() -> None:
    assert digest(1) == "98da944338500737a70fcaf952ba749f835d3a6dd083b4408661cb2286a15d5e"


def test_different_seeds_give_different_rows() -> None:
    assert digest(2) != digest(1)


def test_products_do_not_depend_on_the_range_that_is_generated() -> None:
    products = Products(1, SIZE)
    assert list(products.rows(100, 110)) == list(products.rows(0, SIZE))[100:110]


def test_slugs_are_made_of_names_and_are_unique(seeded: Connection) -> None:
    with seeded.cursor() as cursor:
        cursor.execute("SELECT name, array_agg(slug ORDER BY slug) FROM products GROUP BY name")
        for name, slugs in cursor.fetchall():
            base = slugify(name, max_length=200)
            assert slugs == [base, f"{base}-2"][: len(slugs)]


@pytest.mark.parametrize("column", ["created_at", "price", "name"])
def test_many_products_have_the_same_value_of_a_sort_column(seeded: Connection, column: str) -> None:
    assert count(seeded, f"(SELECT DISTINCT {column} FROM products)") < SIZE - 100


@pytest.mark.parametrize(
    "condition", ["stock = 0", "NOT is_active", "created_by_id IS NULL", "updated_at > created_at"]
)
def test_some_products_have_rare_values(seeded: Connection, condition: str) -> None:
    assert 0 < count(seeded, f"products WHERE {condition}") < SIZE / 2


def test_descriptions_have_many_lengths_and_fulfil_the_contract(seeded: Connection) -> None:
    lengths = "SELECT {} FROM products"
    assert value(
        seeded, lengths.format("min(length(description)) >= 10 AND max(length(description)) BETWEEN 3000 AND 5000")
    )
    assert value(seeded, lengths.format("count(DISTINCT length(description)) > 300"))
    assert value(seeded, lengths.format("bool_or(description ~ '[^ -~]') AND bool_or(description LIKE E'%\\n\\t%')"))
    assert not value(
        seeded, lengths.format("bool_or(description ~ '[\\x01-\\x08\\x0b-\\x1f]' OR name ~ '[[:cntrl:]]')")
    )


def test_order_total_is_the_sum_of_its_items(seeded: Connection) -> None:
    assert not value(
        seeded,
        "SELECT count(*) FROM orders WHERE total IS DISTINCT FROM"
        " (SELECT sum(unit_price * quantity) FROM order_items WHERE order_id = orders.id)",
    )


def test_order_items_have_the_names_and_prices_of_their_products(seeded: Connection) -> None:
    assert not value(
        seeded,
        "SELECT count(*) FROM order_items JOIN products ON products.id = product_id"
        " WHERE (product_slug, product_name, unit_price) <> (slug, name, price)",
    )
    assert not value(seeded, "SELECT count(*) - count(DISTINCT (order_id, product_id)) FROM order_items")


def test_shopper_has_more_than_one_page_of_orders(seeded: Connection) -> None:
    assert count(seeded, f"orders JOIN users ON users.id = customer_id WHERE email = '{SHOPPER.email}'") > 20


def test_orders_with_every_status_exist(seeded: Connection) -> None:
    statuses = "SELECT string_agg(DISTINCT status, ' ' ORDER BY status) FROM orders"
    assert value(seeded, statuses) == "cancelled paid pending shipped"


def test_category_tree_has_more_than_two_levels(seeded: Connection) -> None:
    parents = "categories AS child JOIN categories AS parent ON parent.id = child.parent_id"
    assert count(seeded, f"{parents} WHERE parent.parent_id IS NOT NULL") > 3


def test_keys_are_uuid7_of_the_creation_time(seeded: Connection) -> None:
    for table in ("users", "categories", "products", "orders", "order_items"):
        assert value(seeded, f"SELECT bool_and(uuid_extract_version(id) = 7) FROM {table}")
    assert value(
        seeded, "SELECT bool_and(uuid_extract_timestamp(id) = date_trunc('milliseconds', created_at)) FROM products"
    )


def test_new_rows_are_later_than_the_data_set(seeded: Connection) -> None:
    assert value(seeded, "SELECT bool_and(id < uuidv7()) FROM order_items")
    assert value(seeded, "SELECT max(updated_at) < now() FROM orders")


def test_loading_keeps_indexes_and_keys_unchanged(own_server: Server, seeded: Connection) -> None:
    structure = (
        "SELECT array_agg(d ORDER BY d) FROM (SELECT indexdef d FROM pg_indexes WHERE schemaname = 'public'"
        " UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint) s"
    )
    with database(own_server) as url:
        unseeded = psycopg2.connect(url)
        assert value(seeded, structure) == value(unseeded, structure)
        unseeded.close()


@pytest.mark.parametrize("account", [ADMIN, SHOPPER, customer(1)])
def test_documented_passwords_are_valid(seeded: Connection, account: Account) -> None:
    stored = value(seeded, f"SELECT password FROM users WHERE email = '{account.email}'")
    assert argon2.PasswordHasher().verify(str(stored).removeprefix("argon2"), account.password)
    assert value(seeded, f"SELECT is_staff FROM users WHERE email = '{account.email}'") == account.is_staff


def test_loading_into_a_database_with_rows_is_rejected(own_server: Server) -> None:
    with database(own_server, size=100) as url, pytest.raises(ValueError, match="only be loaded into empty tables"):
        load(url, products=10)


def test_customers_share_one_password_hash() -> None:
    assert customer(1).password == CUSTOMER_PASSWORD
    assert password_hash(CUSTOMER_PASSWORD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
