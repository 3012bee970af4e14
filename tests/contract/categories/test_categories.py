"""Categories: unique names, the tree of parents, stable slugs, and counts of active products."""

import secrets
from functools import partial

import pytest

from tests.contract.client import Client, Json, field_errors, send_concurrently, status_and_code, statuses
from tests.contract.document import bound
from tests.contract.shop import new_category, new_product, unique_name

URL = "/api/categories"


def detail_url(category: Json) -> str:
    """Return the path of a category."""
    return f"{URL}/{category['slug']}"


def test_location_header_points_to_the_new_category(staff: Client, anonymous: Client) -> None:
    name = unique_name("Coffee & Tea")
    response = staff.post(URL, {"name": name, "description": "Beans\n\tand leaves."})
    body = response.json()

    assert response.status_code == 201
    assert response.headers["location"] == detail_url(body)
    assert anonymous.get(response.headers["location"]).content == response.content
    assert (body["name"], body["description"], body["parent"]) == (name, "Beans\n\tand leaves.", None)
    assert body["slug"] == name.lower().replace(" & ", "-").replace(" ", "-")
    assert body["product_count"] == 0


def test_description_and_parent_have_defaults(category: Json) -> None:
    assert (category["description"], category["parent"]) == ("", None)


def test_text_is_trimmed_and_otherwise_unchanged(staff: Client) -> None:
    name = unique_name("<b>Tea\u2028& 茶</b>")
    body = new_category(staff, name=f" {name}\u3000", description=" \n Leaves \t")

    assert (body["name"], body["description"]) == (name, "Leaves")


def test_values_of_maximum_length_are_accepted(staff: Client) -> None:
    name = unique_name().rjust(bound("CategoryName", "maxLength"), "名")
    description = "é" * bound("CategoryDescription", "maxLength")

    body = new_category(staff, name=name, description=description)

    assert (body["name"], body["description"]) == (name, description)


def test_duplicate_name_is_rejected(staff: Client, category: Json) -> None:
    other = new_category(staff)
    expected = [("body", "/name", "not_unique")]

    assert field_errors(staff.post(URL, {"name": category["name"]})) == expected
    assert field_errors(staff.post(URL, {"name": f" {category['name']} "})) == expected
    assert field_errors(staff.patch(detail_url(other), {"name": category["name"]})) == expected
    assert staff.patch(detail_url(category), {"name": category["name"]}).status_code == 200


def test_concurrent_creates_accept_a_name_once(staff: Client) -> None:
    body = {"name": unique_name()}

    assert statuses(send_concurrently([partial(staff.post, URL, body)] * 8)) == [201] + [422] * 7


def test_taken_slug_gets_the_lowest_free_number(staff: Client) -> None:
    name = unique_name("Tea")
    first, second, third = (new_category(staff, name=name + suffix)["slug"] for suffix in ("", "!", "?"))
    assert (second, third) == (f"{first}-2", f"{first}-3")

    staff.delete(f"{URL}/{second}")

    assert new_category(staff, name=name + ".")["slug"] == f"{first}-2"


def test_concurrent_creates_get_unique_slugs(staff: Client) -> None:
    name = unique_name("Tea")
    calls = [partial(staff.post, URL, {"name": name + suffix}) for suffix in "!?.,;:"]
    responses = send_concurrently(calls)

    assert statuses(responses) == [201] * 6
    assert len({response.json()["slug"] for response in responses}) == 6


def test_name_without_letters_gets_a_slug(staff: Client) -> None:
    symbols = "".join(secrets.choice("!?.,;:*+#~") for _ in range(20))

    assert new_category(staff, name=symbols)["slug"].partition("-")[0] == "category"


def test_unknown_parent_is_rejected(staff: Client, category: Json) -> None:
    expected = [("body", "/parent", "unknown_category")]

    for parent in ("nothing-of-this-name", "Not A Slug", "é"):
        assert field_errors(staff.post(URL, {"name": unique_name(), "parent": parent})) == expected
        assert field_errors(staff.patch(detail_url(category), {"parent": parent})) == expected


def test_category_cannot_become_its_own_ancestor(staff: Client, category: Json) -> None:
    child = new_category(staff, parent=category["slug"])
    grandchild = new_category(staff, parent=child["slug"])
    expected = [("body", "/parent", "cycle")]

    for parent in (category, child, grandchild):
        assert field_errors(staff.patch(detail_url(category), {"parent": parent["slug"]})) == expected
    assert staff.patch(detail_url(grandchild), {"parent": category["slug"]}).json()["parent"] == category["slug"]
    assert staff.patch(detail_url(child), {"parent": None}).json()["parent"] is None


def test_concurrent_parent_changes_create_no_cycle(staff: Client) -> None:
    for _ in range(20):
        one, other = new_category(staff), new_category(staff)
        responses = send_concurrently(
            [
                partial(staff.patch, detail_url(one), {"parent": other["slug"]}),
                partial(staff.patch, detail_url(other), {"parent": one["slug"]}),
            ]
        )

        assert statuses(responses) == [200, 422]


def test_update_changes_only_the_fields_sent(staff: Client, category: Json) -> None:
    changed = staff.patch(detail_url(category), {"description": "New description."}).json()

    assert changed == category | {"description": "New description."}


def test_slug_is_kept_when_the_name_changes(staff: Client, category: Json) -> None:
    changed = staff.patch(detail_url(category), {"name": unique_name("Renamed")}).json()

    assert changed["slug"] == category["slug"]
    assert changed["name"].startswith("Renamed")


def test_update_without_fields_changes_nothing(staff: Client, category: Json) -> None:
    assert staff.patch(detail_url(category), {}).json() == category


@pytest.mark.parametrize("field", ["slug", "id", "product_count", "created_at"])
def test_read_only_fields_are_rejected(staff: Client, category: Json, field: str) -> None:
    response = staff.patch(detail_url(category), {field: category[field]})

    assert field_errors(response) == [("body", f"/{field}", "unknown_field")]


def test_product_count_includes_only_active_direct_products(staff: Client, anonymous: Client, category: Json) -> None:
    child = new_category(staff, parent=category["slug"])
    new_product(staff, category)
    new_product(staff, category, stock=0)
    new_product(staff, category, is_active=False)
    new_product(staff, child)

    assert anonymous.get(detail_url(category)).json()["product_count"] == 2
    assert staff.patch(detail_url(category), {}).json()["product_count"] == 2


def test_unused_category_is_deleted(staff: Client, category: Json) -> None:
    assert staff.delete(detail_url(category)).status_code == 204
    assert status_and_code(staff.get(detail_url(category))) == (404, "not_found")
    assert status_and_code(staff.delete(detail_url(category))) == (404, "not_found")


def test_category_in_use_cannot_be_deleted(staff: Client, category: Json) -> None:
    child = new_category(staff, parent=category["slug"])
    new_product(staff, child, is_active=False)

    assert status_and_code(staff.delete(detail_url(category))) == (409, "category_in_use")
    assert status_and_code(staff.delete(detail_url(child))) == (409, "category_in_use")


def test_concurrent_delete_and_create_leave_no_orphan(staff: Client) -> None:
    for _ in range(5):
        category = new_category(staff)
        body = {"name": unique_name(), "description": "x" * 10, "price": "1", "category": category["slug"]}
        calls = [
            partial(staff.post, "/api/products", body),
            partial(staff.delete, detail_url(category)),
        ]
        created, deleted = (response.status_code for response in send_concurrently(calls))

        assert (created, deleted) in {(201, 409), (422, 204)}


@pytest.mark.parametrize(
    "slug", ["nothing-of-this-name", "Upper", "a_b", "a--b", "-a", "é", "%00", "%FF", "a%20b", "'"]
)
def test_unknown_category_is_not_found(staff: Client, slug: str) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        response = staff.request(method, f"{URL}/{slug}", json={} if method == "PATCH" else None)

        assert status_and_code(response) == (404, "not_found")
