"""Categories: unique names, the tree of parents, stable slugs, and counts of active products."""

import secrets
from functools import partial

import pytest

from tests.contract.client import Client, Json, at_once, field_errors, refusal, statuses
from tests.contract.document import bound
from tests.contract.shop import new_category, new_product, unique_name

LIST = "/api/categories"


def at(category: Json) -> str:
    return f"{LIST}/{category['slug']}"


def test_location_header_points_to_the_new_category(staff: Client, anonymous: Client) -> None:
    name = unique_name("Coffee & Tea")
    answer = staff.post(LIST, {"name": name, "description": "Beans\n\tand leaves."})
    body = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == at(body)
    assert anonymous.get(answer.headers["location"]).content == answer.content
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
    taken = [("body", "/name", "not_unique")]

    assert field_errors(staff.post(LIST, {"name": category["name"]})) == taken
    assert field_errors(staff.post(LIST, {"name": f" {category['name']} "})) == taken
    assert field_errors(staff.patch(at(other), {"name": category["name"]})) == taken
    assert staff.patch(at(category), {"name": category["name"]}).status_code == 200


def test_concurrent_creates_accept_a_name_once(staff: Client) -> None:
    body = {"name": unique_name()}

    assert statuses(at_once([partial(staff.post, LIST, body)] * 8)) == [201] + [422] * 7


def test_taken_slug_gets_the_lowest_free_number(staff: Client) -> None:
    name = unique_name("Tea")
    first, second, third = (new_category(staff, name=name + ending)["slug"] for ending in ("", "!", "?"))
    assert (second, third) == (f"{first}-2", f"{first}-3")

    staff.delete(f"{LIST}/{second}")

    assert new_category(staff, name=name + ".")["slug"] == f"{first}-2"


def test_concurrent_creates_get_unique_slugs(staff: Client) -> None:
    name = unique_name("Tea")
    calls = [partial(staff.post, LIST, {"name": name + ending}) for ending in "!?.,;:"]
    answers = at_once(calls)

    assert statuses(answers) == [201] * 6
    assert len({answer.json()["slug"] for answer in answers}) == 6


def test_name_without_letters_gets_a_slug(staff: Client) -> None:
    symbols = "".join(secrets.choice("!?.,;:*+#~") for _ in range(20))

    assert new_category(staff, name=symbols)["slug"].partition("-")[0] == "category"


def test_unknown_parent_is_rejected(staff: Client, category: Json) -> None:
    expected = [("body", "/parent", "unknown_category")]

    for parent in ("nothing-of-this-name", "Not A Slug", "é"):
        assert field_errors(staff.post(LIST, {"name": unique_name(), "parent": parent})) == expected
        assert field_errors(staff.patch(at(category), {"parent": parent})) == expected


def test_category_cannot_become_its_own_ancestor(staff: Client, category: Json) -> None:
    child = new_category(staff, parent=category["slug"])
    grandchild = new_category(staff, parent=child["slug"])
    expected = [("body", "/parent", "cycle")]

    for parent in (category, child, grandchild):
        assert field_errors(staff.patch(at(category), {"parent": parent["slug"]})) == expected
    assert staff.patch(at(grandchild), {"parent": category["slug"]}).json()["parent"] == category["slug"]
    assert staff.patch(at(child), {"parent": None}).json()["parent"] is None


def test_concurrent_parent_changes_create_no_cycle(staff: Client) -> None:
    for _ in range(20):
        one, other = new_category(staff), new_category(staff)
        answers = at_once(
            [
                partial(staff.patch, at(one), {"parent": other["slug"]}),
                partial(staff.patch, at(other), {"parent": one["slug"]}),
            ]
        )

        assert statuses(answers) == [200, 422]


def test_update_changes_only_the_fields_sent(staff: Client, category: Json) -> None:
    changed = staff.patch(at(category), {"description": "New words."}).json()

    assert changed == category | {"description": "New words."}


def test_slug_is_kept_when_the_name_changes(staff: Client, category: Json) -> None:
    changed = staff.patch(at(category), {"name": unique_name("Renamed")}).json()

    assert changed["slug"] == category["slug"]
    assert changed["name"].startswith("Renamed")


def test_update_without_fields_changes_nothing(staff: Client, category: Json) -> None:
    assert staff.patch(at(category), {}).json() == category


@pytest.mark.parametrize("field", ["slug", "id", "product_count", "created_at"])
def test_read_only_fields_are_rejected(staff: Client, category: Json, field: str) -> None:
    answer = staff.patch(at(category), {field: category[field]})

    assert field_errors(answer) == [("body", f"/{field}", "unknown_field")]


def test_product_count_includes_only_active_direct_products(staff: Client, anonymous: Client, category: Json) -> None:
    child = new_category(staff, parent=category["slug"])
    new_product(staff, category)
    new_product(staff, category, stock=0)
    new_product(staff, category, is_active=False)
    new_product(staff, child)

    assert anonymous.get(at(category)).json()["product_count"] == 2
    assert staff.patch(at(category), {}).json()["product_count"] == 2


def test_unused_category_is_deleted(staff: Client, category: Json) -> None:
    assert staff.delete(at(category)).status_code == 204
    assert refusal(staff.get(at(category))) == (404, "not_found")
    assert refusal(staff.delete(at(category))) == (404, "not_found")


def test_category_in_use_cannot_be_deleted(staff: Client, category: Json) -> None:
    child = new_category(staff, parent=category["slug"])
    new_product(staff, child, is_active=False)

    assert refusal(staff.delete(at(category))) == (409, "category_in_use")
    assert refusal(staff.delete(at(child))) == (409, "category_in_use")


def test_concurrent_delete_and_create_leave_no_orphan(staff: Client) -> None:
    for _ in range(5):
        doomed = new_category(staff)
        body = {"name": unique_name(), "description": "x" * 10, "price": "1", "category": doomed["slug"]}
        calls = [
            partial(staff.post, "/api/products", body),
            partial(staff.delete, at(doomed)),
        ]
        created, deleted = (answer.status_code for answer in at_once(calls))

        assert (created, deleted) in {(201, 409), (422, 204)}


@pytest.mark.parametrize(
    "slug", ["nothing-of-this-name", "Upper", "a_b", "a--b", "-a", "é", "%00", "%FF", "a%20b", "'"]
)
def test_unknown_category_is_not_found(staff: Client, slug: str) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        answer = staff.request(method, f"{LIST}/{slug}", json={} if method == "PATCH" else None)

        assert refusal(answer) == (404, "not_found")
