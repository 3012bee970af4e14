"""Parameters of the lists: those of the filters, and crafted ones, which reveal nothing and are no server errors."""

import re
from html import unescape
from urllib.parse import quote, urljoin

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.admin.client import FEATURES, Admin
from tests.contract.client import Client
from tests.contract.shop import new_category, rows

# The parameters that find a user by the beginning of the hash.
PASSWORD_LOOKUPS = {
    "user": "password__startswith",
    "order": "customer__password__startswith",
    "product": "created_by__password__startswith",
}
CRAFTED = {
    "event": ["type__regex=(", "type__exact=%00", "failed=x", "failed=%00", "data__startswith=x", "created_at__gte=x"],
    "user": [
        "email__regex=(",
        "email=%00",
        "email__exact=%00&is_active__exact=1",
        "is_active__exact=x",
        "is_staff__exact=%00",
        "is_active__isnull=x",
        "created_at__year__gte=99999999999",
        "_to_field=password",
        "groups__name__startswith=x",
    ],
    "category": ["parent__id__exact=x", "parent__id__exact=%00", "parent__isnull=x", "parent__name__regex=("],
    "product": [
        "name__iregex=[",
        "name__contains=%00",
        "image__regex=(",
        "stock__regex=(",
        "created_at__year=0",
        "created_at__year__gte=99999999999",
        "name__trigram_similar=x",
        "search_vector=x",
        "in_stock=%00",
        "category__id__exact=%00",
    ],
    "order": [
        "status__regex=(",
        "status__exact=%00",
        "status__exact=x",
        "status__isnull=%00",
        "items__quantity__gte=x",
    ],
}
EVERYWHERE = [
    "created_at__gte=x",
    "created_at__gte=%00",
    "created_at__gte=0000-01-01",
    "created_at__gte=2026-02-30",
    "created_at__gte=0001-01-01+00:00:00%2B23:59",
    "created_at__lt=9999-12-31+23:59:59-23:59",
    "created_at__gte=99999-01-01",
    "nothing=x",
    "pk=x",
    "id__in=,",
    "=x",
    "q=%00",
    "q=%01",
    "q=%27%22%5C%25%28",
    "q=" + "x" * 2000,
    "o=99",
    "o=-99.x.%00." + "9" * 3000,
    "p=-1",
    "p=x",
    "p=99999999999999999999",
    "p=" + "9" * 3000,
    "all=",
    "_facets=x",
    "_popup=1",
    "_to_field=%00",
    "e=1&created_at__gte=x",
    "%FF=%FF",
]


@pytest.mark.parametrize("model", FEATURES)
@pytest.mark.usefixtures("product", "order")
def test_crafted_parameters_are_no_server_errors(staff_admin: Admin, model: str) -> None:
    path = staff_admin.path(model)
    pages = {query: staff_admin.get(f"{path}?{query}") for query in CRAFTED[model] + EVERYWHERE}

    assert {query: page.status_code for query, page in pages.items() if page.status_code not in {200, 400}} == {}
    assert [query for query, page in pages.items() if "Traceback" in page.text] == []


@pytest.mark.parametrize("model", PASSWORD_LOOKUPS)
@pytest.mark.usefixtures("product", "order")
def test_list_cannot_be_filtered_by_the_hash_of_a_password(staff_admin: Admin, sql: Connection, model: str) -> None:
    ((hash_,),) = rows(sql, "SELECT password FROM users WHERE is_staff")
    path, lookup = staff_admin.path(model), PASSWORD_LOOKUPS[model]

    right, wrong = (staff_admin.get(f"{path}?{lookup}={quote(prefix)}") for prefix in (hash_[:30], "x"))

    assert right.status_code == wrong.status_code == (400 if staff_admin.is_django else 200)
    # FastAPI's list ignores the parameter. Its pages have nonces.
    assert not staff_admin.is_django or right.text == wrong.text


# starlette-admin has other parameters.
@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("anonymous", ["django"], indirect=True)
def test_filters_search_and_order_of_djangos_lists(staff_admin: Admin, staff: Client, sql: Connection) -> None:
    ((category,),) = rows(sql, "SELECT category_id::text FROM products")
    other_category = new_category(staff)  # with one category only, Django shows no filter, and ignores its parameter
    year = "created_at__gte=2020-01-01+00:00:00%2B00:00&created_at__lt=2100-01-01+00:00:00%2B00:00"
    finding = {
        "user": ["is_staff__exact=1", year, "q=example.com", "o=-1.2", "all=", "p=1", "_facets=True"],
        "product": ["is_active__exact=1", "in_stock=true", f"category__id__exact={category}", year, "o=3"],
        "order": ["status__exact=pending", year, "_facets=True"],
    }
    missing = {
        "user": ["is_active__exact=0", "created_at__lt=2020-01-01"],
        "product": ["is_active__exact=0", "in_stock=false", f"category__id__exact={other_category['id']}"],
        "order": ["status__exact=paid", "created_at__lt=2020-01-01"],
    }

    def shows_rows(model: str, query: str) -> bool:
        page = staff_admin.get(f"{staff_admin.path(model)}?{query}")
        assert (page.status_code, "e=1" in str(page.url)) == (200, False), query
        return "field-created_at" in page.text

    assert [(model, query) for model in finding for query in finding[model] if not shows_rows(model, query)] == []
    assert [(model, query) for model in missing for query in missing[model] if shows_rows(model, query)] == []


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("model", FEATURES)
def test_every_column_that_a_list_offers_orders_it(staff_admin: Admin, model: str) -> None:
    page = staff_admin.get(staff_admin.path(model))
    links = {unescape(link) for link in re.findall(r'href="([^"]*[?&](?:sort|o)=[^"]*)"', page.text)}

    assert links
    for link in links:
        assert staff_admin.get(urljoin(str(page.url), link)).status_code == 200, link
