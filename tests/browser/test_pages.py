"""The storefront in a browser: shopping without JavaScript, escaping, forged forms, accessibility."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import RunningServer
from tests.browser.watching import Watched, overflow, violations
from tests.contract.client import Client, Json
from tests.contract.shop import PASSWORD, new_account, new_category, new_product, stock_of
from tests.pictures import picture

SCRIPT = "<script>alert('executed')</script><img src=x onerror=alert('executed')>"


@pytest.fixture
def products(staff: Client) -> list[Json]:
    """Create 25 products in two categories."""
    categories = [new_category(staff, name=name) for name in ("Cups", "Plates")]
    return [
        new_product(
            staff, categories[number % 2], name=f"Thing {number:02}", price=f"{number + 1}.00", stock=number % 3
        )
        for number in range(25)
    ]


def names(page: Page) -> list[str]:
    """Return the names of the listed products."""
    return page.locator(".products a").all_inner_texts()


def sign_in(window: Watched, email: str) -> None:
    """Sign in with the form."""
    page = window.visit("/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.usefixtures("products")
def test_shopping_without_javascript(open_window: Callable[..., Watched], staff: Client) -> None:
    page = open_window(java_script_enabled=False).visit("/")
    expect(page).to_have_title("Products - Shop")
    assert names(page) == [f"Thing {number:02}" for number in range(24, 4, -1)]
    page.get_by_role("link", name="Next page").click()
    assert names(page) == ["Thing 04", "Thing 03", "Thing 02", "Thing 01", "Thing 00"]
    expect(page.get_by_role("link", name="Next page")).to_have_count(0)

    page.get_by_label("Category").select_option("Plates")
    page.get_by_label("Lowest price").fill("5")
    page.get_by_label("Highest price").fill("12.00")
    page.get_by_label("Order").select_option("Lowest price first")
    page.get_by_label("In stock").check()
    page.get_by_role("button", name="Show").click()
    assert names(page) == ["Thing 05", "Thing 07", "Thing 11"]
    page.get_by_label("Search").fill("thing 11")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Thing 11").click()

    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Order now").click()
    expect(page).to_have_title("Sign in - Shop")
    page.get_by_role("main").get_by_role("link", name="Register").click()
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Register").click()
    expect(page.get_by_role("status")).to_have_text("Your account was created. You can sign in now.")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading")).to_have_text("Thing 11")
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Order now").click()
    expect(page.get_by_role("status")).to_have_text("Thank you for your order.")
    expect(page.get_by_role("listitem").filter(has_text="Thing 11")).to_have_text("2 \u00d7 Thing 11: 24.00")
    assert stock_of(staff, {"slug": "thing-11"}) == 0

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_invalid_input_is_described_beside_its_field(open_window: Callable[..., Watched]) -> None:
    page = open_window().visit("/")
    field = page.get_by_label("Lowest price")
    field.fill("cheap")
    field.press("Enter")

    expect(page).to_have_title("Error: Products - Shop")
    expect(field).to_have_value("cheap")
    expect(field).to_have_accessible_description(
        "This must be an amount such as 19.99: at most 8 digits, then at most 2 decimals."
    )
    assert field.get_attribute("aria-invalid") == "true"


def test_keyboard_focus_is_visible(open_window: Callable[..., Watched]) -> None:
    page = open_window().visit("/login")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate("document.activeElement === document.body") or page.evaluate(style) == "solid"


def test_text_of_products_is_never_executed(open_window: Callable[..., Watched], staff: Client) -> None:
    category = new_category(staff, name=SCRIPT)
    product = new_product(staff, category, name=SCRIPT, description=SCRIPT)
    window = open_window()
    page = window.visit("/")
    assert names(page) == [SCRIPT]
    page.get_by_label("Search").fill(SCRIPT)
    page.get_by_label("Search").press("Enter")
    expect(page.get_by_label("Search")).to_have_value(SCRIPT)
    page = window.visit(f"/products/{product['slug']}")

    expect(page.get_by_role("heading")).to_have_text(SCRIPT)
    assert page.locator("script, img").count() == 0


def test_forged_forms_are_refused(
    open_window: Callable[..., Watched], running: RunningServer, staff: Client, sql: Connection
) -> None:
    product = new_product(staff, new_category(staff), stock=10)
    path = f"/products/{product['slug']}"
    window = open_window()
    sign_in(window, new_account(sql).email)

    page = window.visit(path)
    page.evaluate("document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(field => field.value = 'x')")
    page.get_by_role("button", name="Order now").click()
    expect(page.get_by_role("heading")).to_have_text("Permission denied")

    form = (
        f'<form method="post" action="{running.url}{path}/order"><input name="quantity" value="1"><button>Win</button>'
    )
    page.goto(f"data:text/html,{form}")
    page.get_by_role("button", name="Win").click()
    expect(page.get_by_role("heading")).to_have_text("Permission denied")

    assert stock_of(staff, product) == 10


def test_pages_are_accessible(open_window: Callable[..., Watched], staff: Client, sql: Connection) -> None:
    account = new_account(sql)
    sold_out, product = (new_product(staff, new_category(staff), stock=stock) for stock in (0, 1))
    file = ("image.png", picture({"size": [400, 300], "color": 200}))
    staff.request("PUT", f"/api/products/{product['slug']}/image", files={"image": file})
    window = open_window(viewport={"width": 400, "height": 800})
    page = window.page
    found: list[str] = []

    def check() -> None:
        found.extend(violations(page))
        assert overflow(page) <= 0, page.url

    paths = ["/", "/?search=nothing", "/?min_price=x&max_price=x&ordering=x&in_stock=x&cursor=x"]
    paths += [f"/products/{sold_out['slug']}", "/products/none", "/about", "/register", "/login"]
    for path in paths:
        window.visit(path)
        check()
    for path, button in (("/register", "Register"), ("/login", "Sign in")):
        window.visit(path)
        page.get_by_role("main").get_by_role("button", name=button).click()
        expect(page.locator(".error").first).to_be_visible()
        check()
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check()
    sign_in(window, account.email)
    window.visit("/orders")
    check()
    window.visit(f"/products/{product['slug']}")
    page.get_by_role("button", name="Order now").click()
    expect(page.get_by_role("status")).to_be_visible()
    check()
    window.visit(f"/products/{sold_out['slug']}")
    page.get_by_role("button", name="Order now").click()
    expect(page.locator(".error")).to_be_visible()
    check()

    assert found == []
