"""What the admins delete: only what the services of the API delete, and of selected rows all or none."""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.admin.client import Admin
from tests.contract.client import Client, Json
from tests.contract.document import ERRORS
from tests.contract.shop import new_order, new_product, rows


def test_product_is_deleted(staff_admin: Admin, product: Json, sql: Connection) -> None:
    staff_admin.delete("product", product["id"])

    assert rows(sql, "SELECT name FROM products") == []


def test_ordered_product_is_not_deleted(staff_admin: Admin, shopper: Client, product: Json, sql: Connection) -> None:
    new_order(shopper, product)

    response = staff_admin.delete("product", product["id"])

    assert "The product has been ordered" in response.text
    assert len(rows(sql, "SELECT name FROM products")) == 1


def test_selected_products_are_deleted(staff_admin: Admin, staff: Client, category: Json, sql: Connection) -> None:
    products = [new_product(staff, category) for _ in range(3)]
    staff_admin.delete_selected("product", *(product["id"] for product in products[:2]))

    assert rows(sql, "SELECT id::text FROM products") == [(products[2]["id"],)]


@pytest.mark.parametrize("key", ["x", "\0", "01a22e60-086a-7ba5-8792-d2174b367062"])
def test_a_selected_key_that_no_row_has_deletes_nothing(
    staff_admin: Admin, product: Json, sql: Connection, key: str
) -> None:
    response = staff_admin.delete_selected("product", key)

    assert response.status_code == 200, response.text[:1000]
    assert rows(sql, "SELECT id::text FROM products") == [(product["id"],)]


def test_no_selected_product_is_deleted_if_one_was_ordered(
    staff_admin: Admin, staff: Client, shopper: Client, category: Json, sql: Connection
) -> None:
    products = [new_product(staff, category, stock=5) for _ in range(3)]
    new_order(shopper, products[1])
    response = staff_admin.delete_selected("product", *(product["id"] for product in products))

    assert ERRORS["problems"]["product_in_use"]["detail"] in response.text
    assert len(rows(sql, "SELECT id FROM products")) == 3


def test_category_in_use_is_not_deleted(staff_admin: Admin, product: Json, category: Json, sql: Connection) -> None:
    response = staff_admin.delete("category", category["id"])

    assert "The category has products or subcategories" in response.text
    assert len(rows(sql, "SELECT name FROM categories")) == 1
    assert product


@pytest.mark.parametrize("name", ["view", "edit", "export", "unknown", ""])
def test_unknown_action_changes_nothing(staff_admin: Admin, product: Json, sql: Connection, name: str) -> None:
    responses = [staff_admin.act("product", name, product["id"])]
    if not staff_admin.is_django:
        responses.append(staff_admin.act_on_row("product", name, product["id"]))

    assert [response.status_code for response in responses] in ([200], [400, 400]), responses[-1].text[:1000]
    assert rows(sql, "SELECT id::text FROM products") == [(product["id"],)]
