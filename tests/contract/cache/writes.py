"""All operations that change what the cache has of products."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.contract.admin.client import open_admin
from tests.contract.cache.shops import CachingServer, CachingShop
from tests.contract.client import Client, Json
from tests.contract.pages.visitor import visit
from tests.contract.shop import new_account, new_category, new_order, new_product
from tests.pictures import picture


@dataclass(frozen=True)
class Writer:
    """Two products in a category of their own, one of them ordered, and clients of the server that changes them."""

    shop: CachingShop
    server: CachingServer
    staff: Client
    shopper: Client
    category: Json
    product: Json
    order: Json

    @property
    def slugs(self) -> list[str]:
        return [self.product["slug"], self.order["items"][0]["product"]]

    @property
    def path(self) -> str:
        return f"/api/products/{self.product['slug']}"


def new_writer(shop: CachingShop, server: CachingServer) -> Writer:
    """Create a category, a product with an image, and one with an order, on the server."""
    staff, shopper = (server.client.as_(account) for account in (shop.staff, new_account(shop.sql)))
    category = new_category(staff)
    product, ordered = new_product(staff, category), new_product(staff, category)
    writer = Writer(shop, server, staff, shopper, category, product, new_order(shopper, ordered))
    set_image(writer)
    return writer


def set_image(writer: Writer) -> httpx.Response:
    """Set the image of the product."""
    return writer.staff.request("PUT", f"{writer.path}/image", files={"image": ("a.png", picture({}))})


def order_by_form(writer: Writer) -> httpx.Response:
    """Order a piece with the form of the product's page."""
    with visit(writer.server.running) as visitor:
        assert visitor.sign_in(writer.shopper.account.email if writer.shopper.account else "").status_code == 303
        return visitor.order(writer.product["slug"])


def by_admin(action: str, model: str, **values: Any) -> Callable[[Writer], httpx.Response]:
    """Return the function that performs an action of the admin on the writer's row of this model."""

    def write(writer: Writer) -> httpx.Response:
        with open_admin(writer.server.running) as admin:
            admin.sign_in(writer.shop.staff.email)
            response: httpx.Response = getattr(admin, action)(model, getattr(writer, model)["id"], **values)
            return response

    return write


def rename_by_admin(writer: Writer) -> httpx.Response:
    """Rename the category."""
    return by_admin("change", "category", name=f"{writer.category['name']} again")(writer)


WRITES: Mapping[str, Callable[[Writer], Any]] = {
    "create": lambda writer: new_product(writer.staff, writer.category),
    "update": lambda writer: writer.staff.patch(writer.path, {"price": "7.50"}),
    "deactivate": lambda writer: writer.staff.patch(writer.path, {"is_active": False}),
    "delete": lambda writer: writer.staff.delete(writer.path),
    "adjust stock": lambda writer: writer.staff.post(f"{writer.path}/adjust-stock", {"quantity": 5}),
    "set image": set_image,
    "delete image": lambda writer: writer.staff.delete(f"{writer.path}/image"),
    "place order": lambda writer: new_order(writer.shopper, writer.product, quantity=writer.product["stock"]),
    "cancel order": lambda writer: writer.staff.post(f"/api/orders/{writer.order['id']}/cancel"),
    "order by form": order_by_form,
    "rename category": lambda writer: writer.staff.patch(
        f"/api/categories/{writer.category['slug']}", {"name": f"{writer.category['name']} again"}
    ),
    "change in the admin": by_admin("change", "product", price="7.50"),
    "change in the list of the admin": by_admin("edit_inline", "product", name="stock", value="3"),
    "delete in the admin": by_admin("delete", "product"),
    "rename category in the admin": rename_by_admin,
    "cancel order in the admin": by_admin("change", "order", status="cancelled"),
}
