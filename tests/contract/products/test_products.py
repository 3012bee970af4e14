"""Products: staff create, update and delete them; only staff see inactive ones."""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json, field_errors, status_and_code
from tests.contract.document import bound
from tests.contract.shop import new_category, new_order, new_product, product_body, unique_name

URL = "/api/products"


def detail_url(product: Json) -> str:
    """Return the path of a product."""
    return f"{URL}/{product['slug']}"


def test_location_header_points_to_the_new_product(staff: Client, anonymous: Client, category: Json) -> None:
    response = staff.post(URL, product_body(category, stock=3, description="Two\nlines\tand <b>markup</b>."))
    body = response.json()

    assert response.status_code == 201
    assert response.headers["location"] == detail_url(body)
    assert anonymous.get(response.headers["location"]).content == response.content
    assert (body["price"], body["stock"], body["is_in_stock"], body["is_active"]) == ("19.99", 3, True, True)
    assert (body["category"], body["category_name"], body["image"]) == (category["slug"], category["name"], None)
    assert body["description"] == "Two\nlines\tand <b>markup</b>."
    assert body["created_at"] == body["updated_at"]


def test_product_records_its_creator(staff: Client, product: Json, sql: Connection) -> None:
    with sql.cursor() as cursor:
        cursor.execute("SELECT created_by_id::text FROM products WHERE id = %s", (product["id"],))
        row = cursor.fetchone()

    assert staff.account
    assert row == (staff.account.id,)


@pytest.mark.parametrize("stock", [0, 1, 2])
def test_product_with_one_unit_is_in_stock(staff: Client, anonymous: Client, category: Json, stock: int) -> None:
    created = new_product(staff, category, stock=stock)

    assert created["is_in_stock"] is (stock > 0)
    assert anonymous.get(detail_url(created)).json() == created


def test_stock_and_is_active_have_defaults(staff: Client, category: Json) -> None:
    body = staff.post(URL, product_body(category)).json()

    assert (body["stock"], body["is_in_stock"], body["is_active"]) == (0, False, True)


def test_maximum_values_are_accepted(staff: Client, category: Json) -> None:
    name = unique_name().rjust(bound("ProductName", "maxLength"), "名")
    description = "é" * bound("ProductDescription", "maxLength")
    stock = bound("Stock", "maximum")
    body = staff.post(
        URL, product_body(category, name=name, description=description, price="99999999.99", stock=stock)
    ).json()

    assert (body["name"], body["description"]) == (name, description)
    assert (body["price"], body["stock"]) == ("99999999.99", stock)


@pytest.mark.parametrize(
    ("price", "expected"), [("5", "5.00"), ("5.5", "5.50"), ("0.01", "0.01"), (" 7.10 ", "7.10"), ("10.00", "10.00")]
)
def test_price_is_returned_with_two_decimals(staff: Client, category: Json, price: str, expected: str) -> None:
    created = staff.post(URL, product_body(category, price=price)).json()

    assert created["price"] == expected
    assert staff.patch(detail_url(created), {"price": price}).json()["price"] == expected


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ("0", "too_small"),
        ("0.00", "too_small"),
        ("-1", "invalid_money"),
        ("+1", "invalid_money"),
        ("1.999", "invalid_money"),
        ("1.", "invalid_money"),
        (".1", "invalid_money"),
        ("01", "invalid_money"),
        ("1,00", "invalid_money"),
        ("1e2", "invalid_money"),
        ("1_0", "invalid_money"),
        ("123456789", "invalid_money"),
        ("NaN", "invalid_money"),
        ("Infinity", "invalid_money"),
        ("١٢", "invalid_money"),
        ("1 0", "invalid_money"),
        (19.99, "not_a_string"),
        (19, "not_a_string"),
    ],
)
def test_invalid_price_is_rejected(staff: Client, product: Json, price: Json, code: str) -> None:
    created = staff.post(URL, product_body({"slug": product["category"]}, price=price))
    changed = staff.patch(detail_url(product), {"price": price})

    assert field_errors(created) == field_errors(changed) == [("body", "/price", code)]


@pytest.mark.parametrize(("literal", "stock"), [("1.0", 1), ("1e2", 100), ("0", 0), ("-0", 0), ("120e-1", 12)])
def test_integer_is_accepted_in_any_json_notation(staff: Client, product: Json, literal: str, stock: int) -> None:
    content = f'{{"stock":{literal}}}'
    response = staff.request(
        "PATCH", detail_url(product), content=content, headers={"Content-Type": "application/json"}
    )

    assert response.json()["stock"] == stock


def test_unknown_category_is_rejected(staff: Client, category: Json, product: Json) -> None:
    for slug in ("nothing-of-this-name", "Not A Slug", category["slug"].upper()):
        created = staff.post(URL, product_body(category, category=slug))
        changed = staff.patch(detail_url(product), {"category": slug})

        assert field_errors(created) == field_errors(changed) == [("body", "/category", "unknown_category")]


def test_update_changes_only_the_fields_sent(staff: Client, product: Json) -> None:
    other = new_category(staff)
    changes = {"name": unique_name("New"), "price": "1.50", "stock": 0, "is_active": False, "category": other["slug"]}
    changed = staff.patch(detail_url(product), changes).json()

    assert changed["updated_at"] > product["updated_at"]
    assert changed == product | changes | {
        "is_in_stock": False,
        "category_name": other["name"],
        "updated_at": changed["updated_at"],
    }


def test_update_without_fields_changes_nothing(staff: Client, product: Json) -> None:
    assert staff.patch(detail_url(product), {}).json() == product


def test_update_to_the_same_value_sets_updated_at(staff: Client, product: Json) -> None:
    changed = staff.patch(detail_url(product), {"price": product["price"]}).json()

    assert changed["updated_at"] > product["updated_at"]
    assert changed | {"updated_at": ""} == product | {"updated_at": ""}


@pytest.mark.parametrize("field", ["slug", "id", "image", "category_name", "is_in_stock", "updated_at"])
def test_read_only_fields_are_rejected(staff: Client, product: Json, field: str) -> None:
    assert field_errors(staff.patch(detail_url(product), {field: product[field]})) == [
        ("body", f"/{field}", "unknown_field")
    ]


def test_inactive_products_are_visible_to_staff_only(
    staff: Client, shopper: Client, anonymous: Client, product: Json
) -> None:
    staff.patch(detail_url(product), {"is_active": False})

    assert staff.get(detail_url(product)).json()["is_active"] is False
    assert status_and_code(shopper.get(detail_url(product))) == (404, "not_found")
    assert status_and_code(anonymous.get(detail_url(product))) == (404, "not_found")


def test_product_can_be_deleted_once(staff: Client, product: Json) -> None:
    assert staff.delete(detail_url(product)).status_code == 204
    assert status_and_code(staff.delete(detail_url(product))) == (404, "not_found")
    assert status_and_code(staff.get(detail_url(product))) == (404, "not_found")


def test_ordered_product_cannot_be_deleted(staff: Client, shopper: Client, product: Json) -> None:
    order = new_order(shopper, product)
    shopper.post(f"/api/orders/{order['id']}/cancel")

    assert status_and_code(staff.delete(detail_url(product))) == (409, "product_in_use")


@pytest.mark.parametrize("slug", ["nothing-of-this-name", "Upper", "a_b", "é", "%00", "%FF", "a%20b", "FEATURED", "'"])
def test_unknown_product_is_not_found(staff: Client, slug: str) -> None:
    assert status_and_code(staff.get(f"{URL}/{slug}")) == (404, "not_found")
    assert status_and_code(staff.patch(f"{URL}/{slug}", {})) == (404, "not_found")
    assert status_and_code(staff.delete(f"{URL}/{slug}")) == (404, "not_found")


def test_featured_lists_the_ten_newest_active_products_in_stock(
    staff: Client, anonymous: Client, category: Json
) -> None:
    created = [new_product(staff, category) for _ in range(12)]
    new_product(staff, category, stock=0)
    new_product(staff, category, is_active=False)

    assert anonymous.get(f"{URL}/featured").json()["items"] == created[:-11:-1]
    assert staff.get(f"{URL}/featured").json() == anonymous.get(f"{URL}/featured").json()


def test_featured_products_with_equal_time_are_sorted_by_descending_id(
    staff: Client, anonymous: Client, category: Json, sql: Connection
) -> None:
    created = [new_product(staff, category)["id"] for _ in range(4)]
    with sql.cursor() as cursor:
        cursor.execute(
            "UPDATE products SET created_at = (SELECT max(created_at) FROM products) WHERE id::text = ANY(%s)",
            (created,),
        )
    featured = [item["id"] for item in anonymous.get(f"{URL}/featured").json()["items"]]

    assert featured[:4] == sorted(created, reverse=True)
