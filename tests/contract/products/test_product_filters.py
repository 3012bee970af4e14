"""The filters of the product list, alone and combined, and the search."""

import pytest

from tests.contract.client import Client, Json, status_and_code
from tests.contract.shop import new_category, new_product, unique_name

URL = "/api/products"


@pytest.fixture
def products(staff: Client, category: Json) -> dict[str, Json]:
    """Create products of one category that differ in name, price, stock and is_active; return them by name."""
    fields_by_name = {
        "cheap": {"price": "5", "stock": 1},
        "middle": {"price": "9.99", "stock": 0},
        "dear": {"price": "10.00", "stock": 7},
        "inactive": {"price": "9.99", "stock": 3, "is_active": False},
    }
    return {
        name: new_product(staff, category, name=unique_name(name), **fields) for name, fields in fields_by_name.items()
    }


def listed_names(client: Client, products: dict[str, Json], **params: str) -> set[str]:
    """Return the names of the products that the list contains with these filters."""
    slug = products["cheap"]["category"]
    ids = {item["id"] for item in client.pages(URL, category=slug, **params)}
    return {name for name, product in products.items() if product["id"] in ids}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "cheap middle dear"),
        ({"min_price": "9.99"}, "middle dear"),
        ({"min_price": "9.9"}, "middle dear"),
        ({"min_price": "10"}, "dear"),
        ({"max_price": "9.99"}, "cheap middle"),
        ({"max_price": "5.0"}, "cheap"),
        ({"max_price": "0"}, ""),
        ({"min_price": "0", "max_price": "99999999.99"}, "cheap middle dear"),
        ({"min_price": "6", "max_price": "9.99"}, "middle"),
        ({"min_price": "10", "max_price": "5"}, ""),
        ({"in_stock": "true"}, "cheap dear"),
        ({"in_stock": "false"}, "middle"),
        ({"in_stock": "true", "min_price": "6"}, "dear"),
        ({"in_stock": "true", "search": "dear"}, "dear"),
        ({"in_stock": "false", "search": "dear"}, ""),
        (
            {"search": "middle", "min_price": "9", "max_price": "10", "in_stock": "false", "ordering": "-price"},
            "middle",
        ),
    ],
    ids=str,
)
def test_filters_are_combined(
    anonymous: Client, products: dict[str, Json], params: dict[str, str], expected: str
) -> None:
    assert listed_names(anonymous, products, **params) == set(expected.split())


def test_staff_can_filter_by_is_active(staff: Client, products: dict[str, Json]) -> None:
    assert listed_names(staff, products) == {"cheap", "middle", "dear", "inactive"}
    assert listed_names(staff, products, is_active="true") == {"cheap", "middle", "dear"}
    assert listed_names(staff, products, is_active="false") == {"inactive"}
    assert listed_names(staff, products, is_active="false", in_stock="true", search="inactive") == {"inactive"}


def test_customers_never_see_inactive_products(shopper: Client, anonymous: Client, products: dict[str, Json]) -> None:
    assert "inactive" not in listed_names(shopper, products) | listed_names(anonymous, products)


@pytest.mark.parametrize("value", ["true", "false"])
def test_staff_filter_is_rejected_for_others(shopper: Client, anonymous: Client, value: str) -> None:
    assert status_and_code(anonymous.get(URL, params={"is_active": value})) == (401, "not_authenticated")
    assert status_and_code(shopper.get(URL, params={"is_active": value})) == (403, "permission_denied")


@pytest.mark.parametrize("slug", ["nothing-of-this-name", "Not A Slug", "é", "' OR 1=1 --", "%"])
def test_unknown_category_returns_an_empty_list(anonymous: Client, slug: str) -> None:
    assert anonymous.get(URL, params={"category": slug}).json() == {"items": [], "next": None}


def test_category_filter_excludes_subcategories(staff: Client, category: Json) -> None:
    child = new_category(staff, parent=category["slug"])
    product = new_product(staff, child)

    assert staff.pages(URL, category=category["slug"]) == []
    assert staff.pages(URL, category=child["slug"]) == [product]


@pytest.fixture
def cup(staff: Client, category: Json) -> Json:
    """Create the product that the searches are to find or not to find."""
    return new_product(
        staff,
        category,
        name="Espresso-Cup XL2, hand-thrown",
        description="Keeps the CREMA; it's 60ml, Größe Ünder_scored naïve Straße 茶碗.",
    )


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        ("espresso", True),
        ("ESPRESSO", True),
        ("esp", True),
        ("presso", False),
        ("cup", True),
        ("cup espresso", True),
        ("espresso-cup", True),
        ("espresso,cup!", True),
        ("  cup   crema ", True),
        ("cup latte", False),
        ("xl", True),
        ("xl2", True),
        ("xl3", False),
        ("60", True),
        ("60ml", True),
        ("0ml", False),
        ("it's", True),
        ("its", False),
        ("größe", True),
        ("GRÖSSE", False),
        ("grosse", False),
        ("ünder", True),
        ("ÜNDER", True),
        ("scored", True),
        ("naïve", True),
        ("naive", False),
        ("茶", True),
        ("碗", False),
        ("crema & cup", True),
        ("crema | latte", False),
        ("!latte", False),
        ("cup:*", True),
        ("cup <-> crema", True),
        ("'", False),
        ("%", False),
        ("...", False),
        ("\\", False),
        ("cup\\", True),
        ("cup' OR '1'='1", False),
    ],
)
def test_search_matches_prefixes_of_all_words(anonymous: Client, cup: Json, search: str, *, is_found: bool) -> None:
    items = anonymous.pages(URL, category=cup["category"], search=search)

    assert [item["id"] for item in items] == ([cup["id"]] if is_found else [])


def test_search_finds_changed_text(staff: Client, cup: Json) -> None:
    staff.patch(f"{URL}/{cup['slug']}", {"name": "Kettle"})

    assert staff.pages(URL, category=cup["category"], search="espresso") == []
    assert len(staff.pages(URL, category=cup["category"], search="kettle")) == 1
