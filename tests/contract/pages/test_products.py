"""The pages of products: filters, pages, pictures, errors."""

import re

import httpx
import pytest

from tests.contract.client import Client, Json
from tests.contract.pages.visitor import Visitor
from tests.contract.shop import new_category, new_product
from tests.pictures import picture

LINK = re.compile(r'<a href="/products/([^"]+)">')
NEXT = re.compile(r'<a rel="next" href="([^"]+)">')


def listed(page: httpx.Response) -> list[str]:
    """Return the slugs of the products on a page."""
    assert page.status_code == 200, page.text
    return LINK.findall(page.text)


def error_of(page: httpx.Response, name: str) -> str:
    """Return the error that is linked to the field."""
    assert re.search(rf'name="{name}"[^>]* aria-invalid="true" aria-describedby="{name}-error"', page.text), page.text
    (error,) = re.findall(rf'id="{name}-error">([^<]*)<', page.text)
    return str(error)


def test_products_have_name_price_and_picture(visitor: Visitor, staff: Client, category: Json) -> None:
    with_image = new_product(staff, category, name="Cup", price="3.5")
    new_product(staff, category, name="Jug", stock=0)
    upload = staff.request(
        "PUT", f"/api/products/{with_image['slug']}/image", files={"image": ("cup.png", picture({}))}
    )
    page = visitor.get("/")

    assert listed(page) == ["jug", "cup"]
    assert f'<img class="picture" src="{upload.json()["image"]}" alt="">' in page.text
    assert page.text.count("<svg") == 1
    assert "<span>3.50</span>" in page.text
    assert "<span>19.99 (out of stock)</span>" in page.text


def test_page_of_a_product_has_everything(visitor: Visitor, staff: Client, category: Json) -> None:
    product = new_product(staff, category, description="Two\nlines of text.", stock=7)
    page = visitor.get(f"/products/{product['slug']}").text

    for text in (product["name"], "19.99", category["name"], "<dd>7</dd>", "Two\nlines of text."):
        assert text in page
    assert f'action="/products/{product["slug"]}/order"' in page


def test_inactive_products_are_not_shown(customer: Visitor, staff: Client, category: Json) -> None:
    product = new_product(staff, category, is_active=False)
    page = customer.get(f"/products/{product['slug']}")

    assert listed(customer.get("/")) == []
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert customer.get("/products/nothing").text == page.text
    assert customer.get("/products/%C3%A9").text == page.text


def test_every_product_is_on_one_page(visitor: Visitor, products: list[Json]) -> None:
    found, path = [], "/?ordering=name"
    while path:
        page = visitor.get(path)
        found += listed(page)
        path = "".join(NEXT.findall(page.text)).replace("&amp;", "&")

    assert found == [product["slug"] for product in products]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("search=thing+07", ["thing-07"]),
        ("search=nothing", []),
        ("category=plates&max_price=4", ["thing-03", "thing-01"]),
        ("min_price=24.5", ["thing-24"]),
        ("max_price=1.00", ["thing-00"]),
        ("max_price=3&in_stock=true", ["thing-02", "thing-01"]),
        ("max_price=3&ordering=price", ["thing-00", "thing-01", "thing-02"]),
        ("search=&category=&min_price=&max_price=1&ordering=&cursor=", ["thing-00"]),
        ("max_price=1&utm_source=x&is_active=false&limit=none", ["thing-00"]),
        ("max_price=9&max_price=1", ["thing-00"]),
    ],
)
@pytest.mark.usefixtures("products")
def test_filters(visitor: Visitor, query: str, slugs: list[str]) -> None:
    assert listed(visitor.get(f"/?{query}")) == slugs


def test_filters_stay_in_the_form_and_in_the_link_to_the_next_page(visitor: Visitor, products: list[Json]) -> None:
    assert products
    page = visitor.get("/?search=thing&category=&min_price=1&ordering=price&utm_source=x").text

    assert 'name="search" type="search" value="thing"' in page
    assert '<option value="price" selected>' in page
    assert NEXT.findall(page)[0].startswith("/?search=thing&amp;min_price=1&amp;ordering=price&amp;cursor=")


def test_category_is_selected(visitor: Visitor, staff: Client) -> None:
    category = new_category(staff, name="Cups & mugs")

    assert '<option value="cups-mugs" selected>Cups &amp; mugs</option>' in visitor.get("/?category=cups-mugs").text
    assert category["slug"] == "cups-mugs"


@pytest.mark.parametrize(
    ("query", "name", "message"),
    [
        ("min_price=cheap", "min_price", "This must be an amount such as 19.99: at most 8 digits, then at most 2"),
        ("max_price=-1", "max_price", "This must be an amount"),
        ("ordering=weight", "ordering", "This is not one of the allowed values."),
        ("in_stock=maybe", "in_stock", "This must be true or false."),
        (f"search={'a' * 101}", "search", "This must have at most 100 characters."),
        (f"category={'a' * 121}", "category", "This must have at most 120 characters."),
    ],
)
def test_invalid_filter_has_an_error_beside_its_field(visitor: Visitor, query: str, name: str, message: str) -> None:
    page = visitor.get(f"/?{query}")

    assert page.status_code == 422
    assert error_of(page, name).startswith(message)
    assert "<title>Error: Products - Shop</title>" in page.text


def test_invalid_cursor_is_an_error_of_the_list(visitor: Visitor) -> None:
    page = visitor.get("/?cursor=nonsense")

    assert page.status_code == 422
    assert '<p class="notice" role="alert">This is not a cursor of this list and ordering.</p>' in page.text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '" onfocus="alert(1)', "' or \" <b>"])
def test_text_is_escaped(visitor: Visitor, staff: Client, text: str) -> None:
    category = new_category(staff, name=f"Category {text}")
    product = new_product(staff, category, name=f"Product {text}", description=f"Description {text}")
    pages = [
        visitor.get("/"),
        visitor.get(f"/products/{product['slug']}"),
        visitor.http.get("/", params={"search": text, "min_price": text, "category": text}),
        visitor.http.get("/login", params={"next": f"/{text}"}),
    ]

    assert [page.text for page in pages if text in page.text or "<script" in page.text] == []
    assert "Description" in pages[1].text
