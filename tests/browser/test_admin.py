"""Both admins in a browser: signing in, products, filters, editing in the list, errors beside the fields."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import RunningServer
from tests.browser.watching import Watched
from tests.contract.client import Client, Json
from tests.contract.shop import DESCRIPTION, PASSWORD, new_account, new_category, new_product


@dataclass(frozen=True)
class AdminPage:
    """The admin of one implementation, by what a user sees."""

    is_django: bool
    window: Watched

    @property
    def page(self) -> Page:
        return self.window.page

    def show(self, path: str) -> None:
        """Go to the path."""
        self.page.goto(self.window.url + path)

    def open_products(self) -> None:
        """Open the list of products."""
        self.show("/admin/products/product/" if self.is_django else "/admin/product/list")

    def expect_names(self, *names: str) -> None:
        """Wait until the list has these products."""
        cells = "#result_list tbody th a" if self.is_django else "tbody tr td:nth-child(3)"
        expect(self.page.locator(cells)).to_have_text([*names])

    def sign_in(self, email: str) -> None:
        """Sign in with the form."""
        self.show("/admin/")
        self.page.locator("[name=username]").fill(email)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("[type=submit]").click()

    def new_product(self, category: str, **values: str) -> None:
        """Fill in the form for a new product."""
        self.show("/admin/products/product/add/" if self.is_django else "/admin/product/create")
        for name, value in values.items():
            self.page.locator(f"[name={name}]").fill(value)
        if self.is_django:
            self.page.locator("[name=category]").select_option(label=category)
            return
        self.page.locator(".select2-selection").click()
        self.page.locator(".select2-search__field").fill(category)
        self.page.locator(".select2-results__option", has_text=category).click()

    def save(self) -> None:
        """Save the form, and stay on the page of the row."""
        self.page.locator("[name=_continue]" if self.is_django else "[name=_continue_editing]").click()

    def error(self, name: str) -> Locator:
        """Return the error beside a field."""
        return self.page.locator(f"#id_{name}_error" if self.is_django else f"#{name}-error")

    def search(self, words: str) -> None:
        """Search for products."""
        self.page.locator("[name=q]").fill(words)
        self.page.locator("[name=q]").press("Enter")

    def filter_active(self) -> None:
        """Show the active products only."""
        if self.is_django:
            self.page.locator("#changelist-filter li a", has_text="Yes").first.click()
            return
        self.page.get_by_role("button", name="Filters").click()
        self.page.locator("[data-sa-hook=filter-row-field]").last.select_option("is_active")
        self.page.locator("[data-sa-hook=filter-row-op]").last.select_option("is_true")
        self.page.get_by_role("button", name="Apply filters").click()

    def edit_price(self, value: str) -> Locator:
        """Change the price of the first product in the list, and return the element of an error."""
        if self.is_django:
            self.page.locator("[name=form-0-price]").fill(value)
            self.page.locator("[name=_save]").click()
            return self.page.locator("#id_form-0-price_error")
        popover = self.page.locator(".inline-edit-popover")
        if not popover.is_visible():
            self.page.locator("td[data-sa-field=price] .inline-edit-value").first.click()
        popover.locator("[name=price]").fill(value)
        popover.locator("[type=submit]").click()
        return popover.locator("#price-error")

    def price(self) -> Locator:
        """Return the price of the first product in the list."""
        return self.page.locator("[name=form-0-price]" if self.is_django else "td[data-sa-field=price]").first


@pytest.fixture
def admin(running: RunningServer, open_window: Callable[..., Watched]) -> AdminPage:
    """Open a window on the admin."""
    return AdminPage(running.name == "django", open_window(viewport={"width": 1400, "height": 900}))


@pytest.fixture
def staff_admin(admin: AdminPage, sql: Connection) -> AdminPage:
    """Open a window on the admin, and sign in as staff."""
    admin.sign_in(new_account(sql, is_staff=True).email)
    expect(admin.page).to_have_url(admin.window.url + "/admin/")
    return admin


@pytest.fixture
def category(staff: Client) -> Json:
    """Create a category."""
    return new_category(staff, name="Lamps")


def prices(sql: Connection) -> list[tuple[Any, ...]]:
    """Return the names and prices of all products."""
    with sql.cursor() as cursor:
        cursor.execute("SELECT name, price::text FROM products ORDER BY name")
        return cursor.fetchall()


@pytest.mark.usefixtures("category")
def test_product_is_created_after_its_errors_are_corrected(staff_admin: AdminPage, sql: Connection) -> None:
    staff_admin.new_product("Lamps", name="Desk lamp", description="too short", price="0", stock="5")
    staff_admin.save()
    expect(staff_admin.error("price")).to_have_text("This must be at least 0.01.")
    expect(staff_admin.error("description")).to_have_text("This must have at least 10 characters.")
    assert prices(sql) == []

    staff_admin.page.locator("[name=description]").fill(DESCRIPTION)
    staff_admin.page.locator("[name=price]").fill("7.5")
    staff_admin.save()
    expect(staff_admin.page.get_by_text("desk-lamp", exact=True)).to_be_visible()
    assert prices(sql) == [("Desk lamp", "7.50")]


def test_products_are_found_and_filtered(staff_admin: AdminPage, staff: Client, category: Json) -> None:
    for name, active in (("Green lamp", True), ("Red lamp", False), ("Table", True)):
        new_product(staff, category, name=name, is_active=active)
    staff_admin.open_products()
    staff_admin.expect_names("Table", "Red lamp", "Green lamp")

    staff_admin.search("lam")
    staff_admin.expect_names("Red lamp", "Green lamp")

    staff_admin.open_products()
    staff_admin.filter_active()
    staff_admin.expect_names("Table", "Green lamp")


def test_price_is_edited_in_the_list(staff_admin: AdminPage, staff: Client, category: Json, sql: Connection) -> None:
    new_product(staff, category, name="Green lamp")
    staff_admin.open_products()

    expect(staff_admin.edit_price("-5")).to_contain_text("This must be an amount such as 19.99")
    assert prices(sql) == [("Green lamp", "19.99")]

    staff_admin.edit_price("20.5")
    if staff_admin.is_django:
        expect(staff_admin.price()).to_have_value("20.50")
    else:
        expect(staff_admin.price()).to_have_text("20.50")
    assert prices(sql) == [("Green lamp", "20.50")]


def test_shopper_is_refused(admin: AdminPage, sql: Connection) -> None:
    admin.sign_in(new_account(sql).email)

    expect(admin.page.locator(".errornote, .alert-description")).to_be_visible()
    admin.open_products()
    expect(admin.page.locator("[name=password]")).to_be_visible()


def test_forged_form_is_refused(staff_admin: AdminPage, category: Json, sql: Connection) -> None:
    path = "/admin/products/product/add/" if staff_admin.is_django else "/admin/product/create"
    form = {"name": "Forged", "description": DESCRIPTION, "price": "1", "stock": "1", "category": category["id"]}

    response = staff_admin.page.request.post(staff_admin.window.url + path, form=form)

    assert response.status == 403
    assert prices(sql) == []


def test_sign_out_by_its_button(staff_admin: AdminPage) -> None:
    if staff_admin.is_django:
        staff_admin.page.get_by_role("button", name="Log out").click()
    else:
        staff_admin.page.locator("header [data-bs-toggle=dropdown]").click()
        staff_admin.page.locator("header").get_by_role("button", name="Logout").click()

    staff_admin.open_products()
    expect(staff_admin.page.locator("[name=password]")).to_be_visible()
