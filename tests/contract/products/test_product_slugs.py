"""Slugs of products: generated from names, unique, with the lowest free number; also concurrently."""

from functools import partial

from tests.contract.client import Client, Json, send_concurrently, statuses
from tests.contract.document import bound
from tests.contract.shop import new_category, new_product, product_body, unique_name

URL = "/api/products"


def test_slug_is_generated_from_a_name_in_any_script(staff: Client, category: Json) -> None:
    token = unique_name("").strip()
    slugs = {
        name: staff.post(URL, product_body(category, name=f"{name} {token}")).json()["slug"]
        for name in ("Espresso Cup", "Größe & Maß", "Чашка", "茶碗", "--a__b--")
    }

    assert slugs == {
        "Espresso Cup": f"espresso-cup-{token}",
        "Größe & Maß": f"grosse-mass-{token}",
        "Чашка": f"chashka-{token}",
        "茶碗": f"cha-wan-{token}",
        "--a__b--": f"a-b-{token}",
    }


def test_taken_slug_gets_the_lowest_free_number(staff: Client, category: Json) -> None:
    name = unique_name("Cup")
    slugs = [staff.post(URL, product_body(category, name=name)).json()["slug"] for _ in range(3)]
    assert slugs == [slugs[0], f"{slugs[0]}-2", f"{slugs[0]}-3"]

    staff.delete(f"{URL}/{slugs[1]}")

    assert staff.post(URL, product_body(category, name=name)).json()["slug"] == slugs[1]


def test_name_ending_in_a_number_does_not_affect_numbering(staff: Client, category: Json) -> None:
    name = unique_name("Cup")
    second = staff.post(URL, product_body(category, name=f"{name} 2")).json()["slug"]
    first = staff.post(URL, product_body(category, name=name)).json()["slug"]

    assert second == f"{first}-2"
    assert staff.post(URL, product_body(category, name=name)).json()["slug"] == f"{first}-3"


def test_concurrent_creates_get_unique_slugs(staff: Client, category: Json) -> None:
    body = product_body(category)
    responses = send_concurrently([partial(staff.post, URL, body)] * 10)
    first = min((response.json()["slug"] for response in responses), key=len)

    assert statuses(responses) == [201] * 10
    slugs = {response.json()["slug"] for response in responses}
    assert slugs == {first, *(f"{first}-{number}" for number in range(2, 11))}


def test_concurrent_creates_in_several_categories_get_unique_slugs(staff: Client) -> None:
    # Creates in the same category wait for each other in any case.
    name, categories = unique_name("Cup"), [new_category(staff) for _ in range(10)]
    responses = send_concurrently(
        [partial(staff.post, URL, product_body(category, name=name)) for category in categories]
    )

    assert statuses(responses) == [201] * 10
    assert len({response.json()["slug"] for response in responses}) == 10


def test_concurrent_creates_with_numbered_names_get_unique_slugs(staff: Client, category: Json) -> None:
    categories = [new_category(staff) for _ in range(8)]
    for _ in range(4):
        name = new_product(staff, category)["name"]
        names = [name, f"{name} 2"] * 4
        bodies = [product_body(category, name=name) for category, name in zip(categories, names, strict=True)]
        responses = send_concurrently([partial(staff.post, URL, body) for body in bodies])

        assert statuses(responses) == [201] * 8
        assert len({response.json()["slug"] for response in responses}) == 8


def test_truncated_slug_gets_a_number(staff: Client, category: Json) -> None:
    name = unique_name("x" * 180).ljust(bound("ProductName", "maxLength"), "x")
    first, second = (staff.post(URL, product_body(category, name=name)).json()["slug"] for _ in range(2))

    assert second == f"{first}-2"


def test_slug_featured_is_reserved(staff: Client, category: Json) -> None:
    assert staff.post(URL, product_body(category, name="Featured!")).json()["slug"].startswith("featured-")


def test_name_without_letters_gets_a_slug(staff: Client, category: Json) -> None:
    assert staff.post(URL, product_body(category, name="!?")).json()["slug"].startswith("product")
