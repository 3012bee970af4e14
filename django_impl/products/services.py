from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Now

from django_impl.categories.services import lock_category
from django_impl.common.database.locks import advisory_lock
from django_impl.common.database.rows import get_or_not_found
from django_impl.common.exceptions import (
    NotFound,
    OutOfStock,
    ProductInUse,
    StockLimitExceeded,
)
from django_impl.common.slugs import free_slug, slug_base, slug_stem
from django_impl.contract import MAX_INT32
from django_impl.products.cache import drop_products
from django_impl.products.events import record_low_stock
from django_impl.products.images import delete_image
from django_impl.products.models import Product
from django_impl.users.models import User

RESERVED_SLUGS = {"featured"}  # /api/products/featured is another operation


def create_product(
    *, created_by: User, name: str, description: str, price: Decimal, stock: int, category: str, is_active: bool
) -> Product:
    """Store a product with a slug made from its name; `category` is a slug.

    Raises: InvalidRequest (`unknown_category`).
    """
    product = Product(name=name, description=description, price=price, stock=stock, is_active=is_active)
    product.created_by = created_by
    product.category = lock_category(slug=category, pointer="/category")
    base = slug_base(name, max_length=200, otherwise="product")
    advisory_lock(f"products.slug:{slug_stem(base)}")
    product.slug = free_slug(base, Product.objects.slugs_like(base) | RESERVED_SLUGS)
    product.save()
    drop_products([product.slug])
    return product


def update_product(*, slug: str, changes: Mapping[str, Any]) -> Product:
    """Change the fields in `changes`; `category` is a slug.

    Raises: NotFound, InvalidRequest (`unknown_category`).
    """
    product = _get_locked_product(slug)
    previous_stock = product.stock
    for name, value in changes.items():
        setattr(product, name, lock_category(slug=value, pointer="/category") if name == "category" else value)
    if changes:
        product.updated_at = Now()
        product.save(update_fields=[*changes, "updated_at"])
        drop_products([slug])
        _record_low_stock(product, previous_stock)
    return product


def delete_product(*, slug: str) -> None:
    """Delete a product that was never ordered.

    Raises: NotFound, ProductInUse.
    """
    product = get_or_not_found(Product.objects.by_slug(slug).select_for_update())
    if product.order_items.exists():
        raise ProductInUse
    product.delete()
    drop_products([slug])
    _delete_image_on_commit(product)


# --8<-- [start:adjust-stock]
def adjust_stock(*, slug: str, quantity: int) -> Product:
    """Add `quantity` pieces, or remove them where it is negative.

    Raises: NotFound, OutOfStock, StockLimitExceeded.
    """
    product = _get_locked_product(slug)
    previous_stock, product.stock = product.stock, _stock(product, quantity)
    product.updated_at = Now()
    product.save(update_fields=["stock", "updated_at"])
    drop_products([slug])
    _record_low_stock(product, previous_stock)
    return product
    # --8<-- [end:adjust-stock]


# --8<-- [start:set-image]
def set_product_image(*, slug: str, image: str) -> Product:
    """Set the image of a product to the stored one with this name, and delete the previous one on commit.

    Raises: NotFound.
    """
    product = _get_locked_product(slug)
    drop_products([slug])  # before the file, which a cached page would still show
    _delete_image_on_commit(product)
    product.image = image
    product.updated_at = Now()
    product.save(update_fields=["image", "updated_at"])
    return product


def delete_product_image(*, slug: str) -> None:
    """Remove the image of a product, and delete its file on commit.

    Raises: NotFound, also if there is no image.
    """
    product = _get_locked_product(slug)
    if not product.image:
        raise NotFound
    drop_products([slug])
    _delete_image_on_commit(product)
    product.image = None
    product.updated_at = Now()
    product.save(update_fields=["image", "updated_at"])


def _delete_image_on_commit(product: Product) -> None:
    if name := product.image.name:
        transaction.on_commit(partial(delete_image, name), robust=True)
        # --8<-- [end:set-image]


# --8<-- [start:stock]
def lock_for_sale(*, slugs: Collection[str]) -> dict[str, Product]:
    """Return the active products among `slugs`, by slug, locked until the transaction ends."""
    products = Product.objects.active().filter(slug__in=slugs).locked().only("slug", "name", "price", "stock")
    return {product.slug: product for product in products}


def take_stock(*, products: Collection[Product], quantities: Mapping[str, int]) -> None:
    """Subtract `quantities`, by slug, from the stock of locked products.

    Raises: OutOfStock.
    """
    _add_to_stock(products, {slug: -quantity for slug, quantity in quantities.items()})
    for product in products:
        stock = product.stock - quantities[product.slug]
        record_low_stock(slug=product.slug, name=product.name, stock=stock, previous_stock=product.stock)


def return_stock(*, quantities: Mapping[str, int]) -> None:
    """Add `quantities`, by slug, to the stock of the products.

    Raises: StockLimitExceeded.
    """
    _add_to_stock(Product.objects.filter(slug__in=quantities).locked().only("slug", "stock"), quantities)


def _add_to_stock(products: Iterable[Product], quantities: Mapping[str, int]) -> None:
    changes = []
    for product in products:
        _stock(product, quantities[product.slug])
        changes.append(When(id=product.id, then=Value(quantities[product.slug])))
    change = Case(*changes, output_field=IntegerField())
    changed = Product.objects.filter(slug__in=quantities)
    changed.update(stock=F("stock") + change, updated_at=Now())
    drop_products(quantities)


def _stock(product: Product, change: int) -> int:
    """Return the stock after `change`. Raises OutOfStock, StockLimitExceeded."""
    stock = product.stock + change
    if stock < 0:
        raise OutOfStock
    if stock > MAX_INT32:
        raise StockLimitExceeded
    return stock
    # --8<-- [end:stock]


def _record_low_stock(product: Product, previous_stock: int) -> None:
    if product.is_active:
        record_low_stock(slug=product.slug, name=product.name, stock=product.stock, previous_stock=previous_stock)


def _get_locked_product(slug: str) -> Product:
    """Return the product with its category, locked until the transaction ends. Raises NotFound."""
    # Not a join: while this waits for the lock, another transaction can move the product to another category.
    products = Product.objects.by_slug(slug).locked()
    return get_or_not_found(products.prefetch_related("category").defer("search_vector"))
