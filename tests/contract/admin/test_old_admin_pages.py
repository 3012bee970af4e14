"""A page of an admin that was opened before a change does not undo the change."""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.admin.client import Admin
from tests.contract.client import Client, Json
from tests.contract.shop import new_account, new_category, new_product, rows


def test_old_page_of_a_product_restores_nothing(
    staff_admin: Admin, staff: Client, product: Json, sql: Connection
) -> None:
    path, other = staff_admin.path("product", product["id"]), new_category(staff)
    form = staff_admin.form(path)
    newer = {"description": "Another description,\nof two lines.", "price": "7.50", "stock": 4, "is_active": False}
    changed = staff.patch(f"/api/products/{product['slug']}", newer | {"category": other["slug"]})
    assert changed.status_code == 200, changed.text

    staff_admin.send(path, form, {"name": "Another name"})

    found = rows(sql, "SELECT name, description, price::text, stock, is_active, category_id::text FROM products")
    assert found == [("Another name", *newer.values(), other["id"])]


def test_old_page_of_a_category_restores_nothing(
    staff_admin: Admin, staff: Client, category: Json, sql: Connection
) -> None:
    child = new_category(staff, parent=category["slug"], description="One line, and another.")
    path = staff_admin.path("category", child["id"])
    form = staff_admin.form(path)
    changed = staff.patch(f"/api/categories/{child['slug']}", {"parent": None, "description": ""})
    assert changed.status_code == 200, changed.text

    staff_admin.send(path, form, {"name": "Another name"})

    found = rows(sql, "SELECT name, description, parent_id FROM categories WHERE slug = %s", child["slug"])
    assert found == [("Another name", "", None)]


def test_old_page_of_a_user_does_not_activate_the_user(staff_admin: Admin, sql: Connection) -> None:
    user = new_account(sql)
    path = staff_admin.path("user", user.id)
    form = staff_admin.form(path)
    rows(sql, "UPDATE users SET is_active = false WHERE id = %s RETURNING id", user.id)

    staff_admin.send(path, form, {"is_staff": "on"})

    assert rows(sql, "SELECT is_active, is_staff FROM users WHERE id = %s", user.id) == [(False, True)]


@pytest.mark.parametrize("description", ["One line,\nand another.", 'Tags <b>, & and "quotes".'])
def test_page_without_changes_changes_nothing(
    staff_admin: Admin, staff: Client, category: Json, sql: Connection, description: str
) -> None:
    new_product(staff, category, description=description)
    stored = rows(sql, "SELECT id::text, name, description, price, stock, is_active, category_id FROM products")

    # A browser sends the lines of a text with other ends.
    path = staff_admin.path("product", stored[0][0])
    form = staff_admin.form(path)
    response = staff_admin.send(path, form, {"description": form.fields["description"].replace("\n", "\r\n")})

    assert response.status_code == 200
    assert rows(sql, "SELECT id::text, name, description, price, stock, is_active, category_id FROM products") == stored
