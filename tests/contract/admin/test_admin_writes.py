"""What the admins write: only what the services of the API accept, with the errors beside the fields."""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.admin.client import Admin
from tests.contract.client import Account, Client, Json
from tests.contract.document import ERRORS
from tests.contract.shop import DESCRIPTION, new_account, new_category, new_product, rows, unique_name

FIELDS = ERRORS["fields"]


def product_form(category: Json, /, **changes: str | None) -> dict[str, str | None]:
    """Return the fields of a valid product, with some changes."""
    form: dict[str, str | None] = {"name": unique_name(), "description": DESCRIPTION, "price": "19.99", "stock": "3"}
    return form | {"category": category["id"], "is_active": "on"} | changes


def test_new_product_has_a_slug_and_the_signed_in_user(
    staff_admin: Admin, staff_account: Account, category: Json, sql: Connection
) -> None:
    response = staff_admin.add("product", **product_form(category, name="  Lamp of the Admin ", price="7.5"))

    assert response.status_code == 200, response.text[:1000]
    found = rows(sql, "SELECT name, slug, price::text, stock, is_active, created_by_id::text FROM products")
    assert found == [("Lamp of the Admin", "lamp-of-the-admin", "7.50", 3, True, staff_account.id)]


INVALID = {
    "price": ("", "NaN", "Infinity", "-1", "0", "1e2", "1.999", "123456789", "x", "1_0"),
    "stock": ("", "-1", "2147483648", "x", "1.5", "9" * 5000, "1_0", "１２"),  # noqa: RUF001 - other digits
    "name": ("", "n" * 201, "control\x07character"),
    "description": ("", "too short", "d" * 5001, "control\x07character"),
    "category": ("", "01a22e60-086a-7ba5-8792-d2174b367062", "x"),
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid_product_is_rejected_beside_the_field(
    staff_admin: Admin, category: Json, sql: Connection, name: str
) -> None:
    form = staff_admin.form(staff_admin.path("product", page="add"))
    for value in INVALID[name]:
        response = staff_admin.send(
            staff_admin.path("product", page="add"), form, product_form(category, **{name: value})
        )

        assert [*staff_admin.errors(response)] == [name], value
        assert "INSERT" not in response.text
    assert rows(sql, "SELECT name FROM products") == []


def test_description_of_several_lines_is_stored_as_the_api_stores_it(
    staff_admin: Admin, category: Json, sql: Connection
) -> None:
    # As browsers send it.
    staff_admin.add("product", **product_form(category, description="One line,\r\n\r\nand another."))
    assert rows(sql, "SELECT description FROM products") == [("One line,\n\nand another.",)]

    staff_admin.change("category", category["id"], description="A line,\r\nand another.")
    assert rows(sql, "SELECT description FROM categories") == [("A line,\nand another.",)]


def test_change_of_a_product_keeps_its_slug(staff_admin: Admin, product: Json, sql: Connection) -> None:
    staff_admin.change("product", product["id"], name="Another name", price="5")

    found = rows(sql, "SELECT name, slug, price::text, updated_at > created_at FROM products")
    assert found == [("Another name", product["slug"], "5.00", True)]


def test_invalid_change_of_a_product_is_rejected_beside_the_field(
    staff_admin: Admin, product: Json, sql: Connection
) -> None:
    response = staff_admin.change("product", product["id"], price="NaN")

    assert [*staff_admin.errors(response)] == ["price"]
    assert rows(sql, "SELECT price::text FROM products") == [("19.99",)]


@pytest.mark.parametrize(("name", "value"), [("price", "12.5"), ("stock", "77")])
def test_value_is_edited_in_the_list(staff_admin: Admin, product: Json, sql: Connection, name: str, value: str) -> None:
    response = staff_admin.edit_inline("product", product["id"], name, value)

    assert response.status_code == 200, response.text[:1000]
    assert [float(stored) for (stored,) in rows(sql, f"SELECT {name} FROM products")] == [float(value)]


@pytest.mark.parametrize(("name", "value"), [("price", "NaN"), ("price", "-1"), ("stock", "-1"), ("stock", "x")])
def test_invalid_value_in_the_list_is_rejected_beside_the_field(
    staff_admin: Admin, product: Json, sql: Connection, name: str, value: str
) -> None:
    response = staff_admin.edit_inline("product", product["id"], name, value)

    assert [*staff_admin.errors(response)] == [name]
    assert rows(sql, "SELECT price::text, stock FROM products") == [("19.99", 10)]


def test_category_is_created_changed_and_deleted(staff_admin: Admin, category: Json, sql: Connection) -> None:
    staff_admin.add("category", name="Lamps & more", description="", parent=category["id"])
    found = rows(sql, "SELECT id::text, name, slug, parent_id::text FROM categories WHERE slug = 'lamps-more'")
    assert [row[1:] for row in found] == [("Lamps & more", "lamps-more", category["id"])]

    staff_admin.change("category", found[0][0], name="Lights", parent="")
    assert rows(sql, "SELECT name, parent_id FROM categories WHERE slug = 'lamps-more'") == [("Lights", None)]

    staff_admin.delete("category", found[0][0])
    assert rows(sql, "SELECT id::text FROM categories") == [(category["id"],)]


def test_taken_name_of_a_category_is_rejected_beside_the_field(
    staff_admin: Admin, category: Json, sql: Connection
) -> None:
    response = staff_admin.add("category", name=category["name"], description="", parent="")

    assert [*staff_admin.errors(response)] == ["name"]
    assert len(rows(sql, "SELECT name FROM categories")) == 1


def test_category_below_itself_is_rejected_beside_the_field(
    staff_admin: Admin, staff: Client, category: Json, sql: Connection
) -> None:
    child = new_category(staff, parent=category["slug"])

    response = staff_admin.change("category", category["id"], parent=child["id"])

    assert staff_admin.errors(response) == {"parent": FIELDS["cycle"]}
    assert rows(sql, "SELECT parent_id FROM categories WHERE slug = %s", category["slug"]) == [(None,)]


def test_user_is_deactivated_and_made_staff(staff_admin: Admin, sql: Connection) -> None:
    user = new_account(sql)

    staff_admin.change("user", user.id, is_active=None, is_staff="on", email="other@example.com")

    found = rows(sql, "SELECT email, is_active, is_staff FROM users WHERE id = %s", user.id)
    assert found == [(user.email, False, True)]


def test_users_cannot_change_their_own_account(staff_admin: Admin, staff_account: Account, sql: Connection) -> None:
    staff_admin.change("user", staff_account.id, is_active=None, is_staff=None)

    assert rows(sql, "SELECT is_active, is_staff FROM users WHERE id = %s", staff_account.id) == [(True, True)]
    assert staff_admin.is_signed_in()


def test_no_page_shows_the_hash_of_a_password(staff_admin: Admin, staff_account: Account) -> None:
    for path in (staff_admin.path("user"), staff_admin.path("user", staff_account.id)):
        page = staff_admin.get(path)

        assert staff_account.email in page.text
        assert "argon2" not in page.text


def test_forged_forms_are_403(staff_admin: Admin, category: Json, sql: Connection) -> None:
    path = staff_admin.path("product", page="add")
    form = staff_admin.form(path)

    for token in (None, "x" * 32):
        assert staff_admin.send(path, form, product_form(category) | {staff_admin.token: token}).status_code == 403
    assert rows(sql, "SELECT name FROM products") == []


@pytest.mark.parametrize("model", ["category", "product", "order", "user"])
def test_page_of_an_unknown_row_is_no_server_error(staff_admin: Admin, model: str) -> None:
    for key in ("x", "01a22e60-086a-7ba5-8792-d2174b367062"):
        assert staff_admin.get(staff_admin.path(model, key)).status_code in {200, 404}


@pytest.mark.parametrize("model", ["category", "product", "order", "user"])
def test_search_is_no_server_error(staff_admin: Admin, model: str) -> None:
    for search in ("lamp", "%00", "%27%22%25_", "%F0%9F%98%80", "(" * 50):
        assert staff_admin.get(f"{staff_admin.path(model)}?q={search}").status_code in {200, 400}, search


def test_search_and_filter_of_products(staff_admin: Admin, staff: Client, category: Json) -> None:
    for name, active in (("Green lamp", True), ("Red lamp", False), ("Table", True)):
        new_product(staff, category, name=name, is_active=active)
    only_active = "is_active__exact=1" if staff_admin.is_django else "filter=is_active__is_true"

    def found(query: str) -> set[str]:
        text = staff_admin.get(f"{staff_admin.path('product')}?{query}").text
        return {name for name in ("Green lamp", "Red lamp", "Table") if name in text}

    assert found("q=lam") == {"Green lamp", "Red lamp"}
    assert found(only_active) == {"Green lamp", "Table"}


def test_list_has_25_rows(staff_admin: Admin, category: Json, sql: Connection) -> None:
    rows(
        sql,
        "INSERT INTO products (name, slug, description, price, stock, category_id, is_active)"
        " SELECT 'Row ' || n, 'row-' || n, '', 1, 1, %s, true FROM generate_series(1, 30) n RETURNING id",
        category["id"],
    )

    assert staff_admin.get(staff_admin.path("product")).text.count(">Row ") in {25, 50}
