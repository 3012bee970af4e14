"""Products: made, shown, changed and deleted by staff; inactive ones exist for nobody else."""

from functools import partial

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json, at_once, field_errors, refusal, statuses
from tests.contract.document import bound
from tests.contract.shop import DESCRIPTION, new_category, new_order, new_product, unique

LIST = "/api/products"


def at(product: Json) -> str:
    return f"{LIST}/{product['slug']}"


def body_in(category: Json, /, **changes: Json) -> Json:
    """A body that is accepted, unless a change spoils it."""
    body = {"name": unique("Cup"), "description": DESCRIPTION, "price": "19.99", "category": category["slug"]}
    return body | changes


def test_a_new_product_is_where_its_location_says(staff: Client, anonymous: Client, category: Json) -> None:
    answer = staff.post(LIST, body_in(category, stock=3, description="Two\nlines\tand <b>markup</b>."))
    body = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == at(body)
    assert anonymous.get(answer.headers["location"]).content == answer.content
    assert (body["price"], body["stock"], body["is_in_stock"], body["is_active"]) == ("19.99", 3, True, True)
    assert (body["category"], body["category_name"], body["image"]) == (category["slug"], category["name"], None)
    assert body["description"] == "Two\nlines\tand <b>markup</b>."
    assert body["created_at"] == body["updated_at"]


def test_it_is_recorded_who_made_a_product(staff: Client, product: Json, sql: Connection) -> None:
    with sql.cursor() as cursor:
        cursor.execute("SELECT created_by_id::text FROM products WHERE id = %s", (product["id"],))
        found = cursor.fetchone()

    assert staff.account
    assert found == (staff.account.id,)


@pytest.mark.parametrize("stock", [0, 1, 2])
def test_one_piece_is_enough_to_be_in_stock(staff: Client, anonymous: Client, category: Json, stock: int) -> None:
    made = new_product(staff, category, stock=stock)

    assert made["is_in_stock"] is (stock > 0)
    assert anonymous.get(at(made)).json() == made


def test_stock_and_activity_have_defaults(staff: Client, category: Json) -> None:
    body = staff.post(LIST, body_in(category)).json()

    assert (body["stock"], body["is_in_stock"], body["is_active"]) == (0, False, True)


def test_the_longest_and_largest_values_are_accepted(staff: Client, category: Json) -> None:
    name = unique().rjust(bound("ProductName", "maxLength"), "名")
    description = "é" * bound("ProductDescription", "maxLength")
    stock = bound("Stock", "maximum")
    body = staff.post(
        LIST, body_in(category, name=name, description=description, price="99999999.99", stock=stock)
    ).json()

    assert (body["name"], body["description"]) == (name, description)
    assert (body["price"], body["stock"]) == ("99999999.99", stock)


@pytest.mark.parametrize(
    ("sent", "shown"), [("5", "5.00"), ("5.5", "5.50"), ("0.01", "0.01"), (" 7.10 ", "7.10"), ("10.00", "10.00")]
)
def test_prices_are_shown_with_two_decimals(staff: Client, category: Json, sent: str, shown: str) -> None:
    created = staff.post(LIST, body_in(category, price=sent)).json()

    assert created["price"] == shown
    assert staff.patch(at(created), {"price": sent}).json()["price"] == shown


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
def test_a_price_is_money_of_at_least_a_cent(staff: Client, product: Json, price: Json, code: str) -> None:
    created = staff.post(LIST, body_in({"slug": product["category"]}, price=price))
    changed = staff.patch(at(product), {"price": price})

    assert field_errors(created) == field_errors(changed) == [("body", "/price", code)]


@pytest.mark.parametrize(("literal", "stock"), [("1.0", 1), ("1e2", 100), ("0", 0), ("-0", 0), ("120e-1", 12)])
def test_an_integer_may_be_written_in_any_way(staff: Client, product: Json, literal: str, stock: int) -> None:
    content = f'{{"stock":{literal}}}'
    answer = staff.request("PATCH", at(product), content=content, headers={"Content-Type": "application/json"})

    assert answer.json()["stock"] == stock


def test_an_unknown_category_is_refused(staff: Client, category: Json, product: Json) -> None:
    for slug in ("nothing-of-this-name", "Not A Slug", category["slug"].upper()):
        created = staff.post(LIST, body_in(category, category=slug))
        changed = staff.patch(at(product), {"category": slug})

        assert field_errors(created) == field_errors(changed) == [("body", "/category", "unknown_category")]


def test_slugs_are_made_from_names_in_any_script(staff: Client, category: Json) -> None:
    token = unique("").strip()
    slugs = {
        name: staff.post(LIST, body_in(category, name=f"{name} {token}")).json()["slug"]
        for name in ("Espresso Cup", "Größe & Maß", "Чашка", "茶碗", "--a__b--")
    }

    assert slugs == {
        "Espresso Cup": f"espresso-cup-{token}",
        "Größe & Maß": f"grosse-mass-{token}",
        "Чашка": f"chashka-{token}",
        "茶碗": f"cha-wan-{token}",
        "--a__b--": f"a-b-{token}",
    }


def test_a_slug_that_is_taken_gets_the_lowest_free_number(staff: Client, category: Json) -> None:
    name = unique("Cup")
    slugs = [staff.post(LIST, body_in(category, name=name)).json()["slug"] for _ in range(3)]
    assert slugs == [slugs[0], f"{slugs[0]}-2", f"{slugs[0]}-3"]

    staff.delete(f"{LIST}/{slugs[1]}")

    assert staff.post(LIST, body_in(category, name=name)).json()["slug"] == slugs[1]


def test_a_numbered_name_does_not_confuse_the_numbers(staff: Client, category: Json) -> None:
    name = unique("Cup")
    second = staff.post(LIST, body_in(category, name=f"{name} 2")).json()["slug"]
    first = staff.post(LIST, body_in(category, name=name)).json()["slug"]

    assert second == f"{first}-2"
    assert staff.post(LIST, body_in(category, name=name)).json()["slug"] == f"{first}-3"


def test_products_of_one_name_created_at_once_get_different_slugs(staff: Client, category: Json) -> None:
    body = body_in(category)
    answers = at_once([partial(staff.post, LIST, body)] * 10)
    first = min((answer.json()["slug"] for answer in answers), key=len)

    assert statuses(answers) == [201] * 10
    assert {answer.json()["slug"] for answer in answers} == {first, *(f"{first}-{number}" for number in range(2, 11))}


def test_products_of_one_name_created_at_once_in_different_categories_get_different_slugs(staff: Client) -> None:
    # Those of one category wait for each other in any case.
    name, categories = unique("Cup"), [new_category(staff) for _ in range(10)]
    answers = at_once([partial(staff.post, LIST, body_in(category, name=name)) for category in categories])

    assert statuses(answers) == [201] * 10
    assert len({answer.json()["slug"] for answer in answers}) == 10


def test_names_that_end_in_a_number_do_not_take_the_slugs_of_others_at_once(staff: Client, category: Json) -> None:
    categories = [new_category(staff) for _ in range(8)]
    for _ in range(4):
        name = new_product(staff, category)["name"]
        bodies = [body_in(one, name=wanted) for one, wanted in zip(categories, [name, f"{name} 2"] * 4, strict=True)]
        answers = at_once([partial(staff.post, LIST, body) for body in bodies])

        assert statuses(answers) == [201] * 8
        assert len({answer.json()["slug"] for answer in answers}) == 8


def test_a_name_cut_to_the_longest_slug_still_gets_a_number(staff: Client, category: Json) -> None:
    name = unique("x" * 180).ljust(bound("ProductName", "maxLength"), "x")
    first, second = (staff.post(LIST, body_in(category, name=name)).json()["slug"] for _ in range(2))

    assert second == f"{first}-2"


def test_the_slug_featured_is_reserved(staff: Client, category: Json) -> None:
    assert staff.post(LIST, body_in(category, name="Featured!")).json()["slug"].startswith("featured-")


def test_a_name_without_letters_still_gets_a_slug(staff: Client, category: Json) -> None:
    assert staff.post(LIST, body_in(category, name="!?")).json()["slug"].startswith("product")


def test_changes_touch_only_what_they_name(staff: Client, product: Json) -> None:
    other = new_category(staff)
    changes = {"name": unique("New"), "price": "1.50", "stock": 0, "is_active": False, "category": other["slug"]}
    changed = staff.patch(at(product), changes).json()

    assert changed["updated_at"] > product["updated_at"]
    assert changed == product | changes | {
        "is_in_stock": False,
        "category_name": other["name"],
        "updated_at": changed["updated_at"],
    }


def test_a_change_that_names_nothing_changes_nothing(staff: Client, product: Json) -> None:
    assert staff.patch(at(product), {}).json() == product


def test_a_change_to_the_same_value_still_moves_the_time(staff: Client, product: Json) -> None:
    changed = staff.patch(at(product), {"price": product["price"]}).json()

    assert changed["updated_at"] > product["updated_at"]
    assert changed | {"updated_at": ""} == product | {"updated_at": ""}


@pytest.mark.parametrize("field", ["slug", "id", "image", "category_name", "is_in_stock", "updated_at"])
def test_what_the_shop_decides_cannot_be_sent(staff: Client, product: Json, field: str) -> None:
    assert field_errors(staff.patch(at(product), {field: product[field]})) == [("body", f"/{field}", "unknown_field")]


def test_inactive_products_exist_for_staff_only(
    staff: Client, shopper: Client, anonymous: Client, product: Json
) -> None:
    staff.patch(at(product), {"is_active": False})

    assert staff.get(at(product)).json()["is_active"] is False
    assert refusal(shopper.get(at(product))) == refusal(anonymous.get(at(product))) == (404, "not_found")


def test_a_product_can_be_deleted_once(staff: Client, product: Json) -> None:
    assert staff.delete(at(product)).status_code == 204
    assert refusal(staff.delete(at(product))) == (404, "not_found")
    assert refusal(staff.get(at(product))) == (404, "not_found")


def test_an_ordered_product_cannot_be_deleted(staff: Client, shopper: Client, product: Json) -> None:
    order = new_order(shopper, product)
    shopper.post(f"/api/orders/{order['id']}/cancel")

    assert refusal(staff.delete(at(product))) == (409, "product_in_use")


@pytest.mark.parametrize("slug", ["nothing-of-this-name", "Upper", "a_b", "é", "%00", "%FF", "a%20b", "FEATURED", "'"])
def test_what_is_not_there_is_not_found(staff: Client, slug: str) -> None:
    assert refusal(staff.get(f"{LIST}/{slug}")) == (404, "not_found")
    assert refusal(staff.patch(f"{LIST}/{slug}", {})) == (404, "not_found")
    assert refusal(staff.delete(f"{LIST}/{slug}")) == (404, "not_found")


def test_featured_shows_the_ten_newest_that_are_active_and_in_stock(
    staff: Client, anonymous: Client, category: Json
) -> None:
    made = [new_product(staff, category) for _ in range(12)]
    new_product(staff, category, stock=0)
    new_product(staff, category, is_active=False)

    assert anonymous.get(f"{LIST}/featured").json()["items"] == made[:-11:-1]
    assert staff.get(f"{LIST}/featured").json() == anonymous.get(f"{LIST}/featured").json()


def test_featured_products_of_the_same_time_come_by_descending_id(
    staff: Client, anonymous: Client, category: Json, sql: Connection
) -> None:
    made = [new_product(staff, category)["id"] for _ in range(4)]
    with sql.cursor() as cursor:
        cursor.execute(
            "UPDATE products SET created_at = (SELECT max(created_at) FROM products) WHERE id::text = ANY(%s)", (made,)
        )
    featured = [item["id"] for item in anonymous.get(f"{LIST}/featured").json()["items"]]

    assert featured[:4] == sorted(made, reverse=True)
