from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.categories.services import lock_category
from fastapi_impl.common.database.commits import on_commit
from fastapi_impl.common.database.locks import advisory_lock
from fastapi_impl.common.database.rows import get_or_not_found
from fastapi_impl.common.exceptions import (
    NotFound,
    OutOfStock,
    ProductInUse,
    StockLimitExceeded,
)
from fastapi_impl.common.slugs import free_slug, slug_base, slug_stem
from fastapi_impl.common.validation.lookups import slug_or_not_found
from fastapi_impl.contract import MAX_INT32
from fastapi_impl.notifications.models import EventType
from fastapi_impl.orders.models import OrderItem
from fastapi_impl.products import queries
from fastapi_impl.products.cache import drop_products
from fastapi_impl.products.events import record_low_stock, record_product_event
from fastapi_impl.products.images import delete_image
from fastapi_impl.products.models import Product
from fastapi_impl.products.queries import StockRow
from fastapi_impl.users.queries import AuthenticatedUser

RESERVED_SLUGS = {"featured"}  # the path of another list


async def create_product(
    session: AsyncSession,
    *,
    created_by: AuthenticatedUser,
    name: str,
    description: str,
    price: Decimal,
    stock: int,
    category: str,
    is_active: bool,
) -> Product:
    """Store a product with a slug made from its name; `category` is a slug.

    Raises: InvalidRequest (`unknown_category`).
    """
    product = Product(name=name, description=description, price=price, stock=stock, is_active=is_active)
    product.created_by_id = created_by.id
    product.category = await lock_category(session, slug=category, pointer="/category")
    base = slug_base(name, max_length=200, otherwise="product")
    await advisory_lock(session, f"products.slug:{slug_stem(base)}")
    taken = await session.scalars(queries.SLUGS_LIKE, {"base": base})
    product.slug = free_slug(base, {*taken, *RESERVED_SLUGS})
    session.add(product)
    await session.flush()
    await drop_products(session, [product.slug])
    await record_product_event(session, EventType.PRODUCT_CREATED, product)
    return product


async def update_product(session: AsyncSession, *, slug: str, changes: Mapping[str, Any]) -> Product:
    """Change the fields in `changes`; `category` is a slug.

    Raises: NotFound, InvalidRequest (`unknown_category`).
    """
    product = await _get_locked_product(session, slug)
    previous_stock = product.stock
    for name, value in changes.items():
        setattr(
            product,
            name,
            await lock_category(session, slug=value, pointer="/category") if name == "category" else value,
        )
    if changes:
        product.updated_at = func.statement_timestamp()
        await session.flush()
        await drop_products(session, [slug])
        await _record_update(session, product, previous_stock)
    return product


async def delete_product(session: AsyncSession, *, slug: str) -> None:
    """Delete a product that was never ordered.

    Raises: NotFound, ProductInUse.
    """
    product = await get_or_not_found(session, queries.LOCKED_EXCLUSIVELY, {"slug": slug_or_not_found(slug)})
    if await session.scalar(select(select(OrderItem.id).where(OrderItem.product_id == product.id).exists())):
        raise ProductInUse
    await session.delete(product)
    await drop_products(session, [slug])
    _delete_image_on_commit(session, product)


# --8<-- [start:adjust-stock]
async def adjust_stock(session: AsyncSession, *, slug: str, quantity: int) -> Product:
    """Add `quantity` pieces, or remove them where it is negative.

    Raises: NotFound, OutOfStock, StockLimitExceeded.
    """
    product = await _get_locked_product(session, slug)
    previous_stock, product.stock = product.stock, _stock(product.stock, quantity)
    product.updated_at = func.statement_timestamp()
    await session.flush()
    await drop_products(session, [slug])
    await _record_update(session, product, previous_stock)
    return product
    # --8<-- [end:adjust-stock]


# --8<-- [start:set-image]
async def set_product_image(session: AsyncSession, *, slug: str, image: str) -> Product:
    """Set the image of a product to the stored one with this name, and delete the previous one on commit.

    Raises: NotFound.
    """
    product = await _get_locked_product(session, slug)
    await drop_products(session, [slug])  # before the file, which a cached page would still show
    _delete_image_on_commit(session, product)
    product.image = image
    product.updated_at = func.statement_timestamp()
    await session.flush()
    await record_product_event(session, EventType.PRODUCT_UPDATED, product)
    return product


async def delete_product_image(session: AsyncSession, *, slug: str) -> None:
    """Remove the image of a product, and delete its file on commit.

    Raises: NotFound, also if there is no image.
    """
    product = await _get_locked_product(session, slug)
    if product.image is None:
        raise NotFound
    await drop_products(session, [slug])
    _delete_image_on_commit(session, product)
    product.image = None
    product.updated_at = func.statement_timestamp()
    await session.flush()
    await record_product_event(session, EventType.PRODUCT_UPDATED, product)


def _delete_image_on_commit(session: AsyncSession, product: Product) -> None:
    if name := product.image:
        on_commit(session, partial(delete_image, name))
        # --8<-- [end:set-image]


# --8<-- [start:stock]
async def lock_for_sale(session: AsyncSession, *, slugs: Collection[str]) -> dict[str, StockRow]:
    """Return the active products among `slugs`, by slug, locked until the transaction ends."""
    products = await session.execute(queries.LOCKED_STOCK_FOR_SALE, {"slugs": list(slugs)})
    return {product.slug: StockRow._make(product) for product in products}


async def take_stock(session: AsyncSession, *, products: Collection[StockRow], quantities: Mapping[str, int]) -> None:
    """Subtract `quantities`, by slug, from the stock of locked products.

    Raises: OutOfStock.
    """
    await _add_to_stock(session, products, {slug: -quantity for slug, quantity in quantities.items()})
    for product in products:
        stock = product.stock - quantities[product.slug]
        await record_low_stock(session, slug=product.slug, name=product.name, stock=stock, previous_stock=product.stock)


async def return_stock(session: AsyncSession, *, quantities: Mapping[str, int]) -> None:
    """Add `quantities`, by slug, to the stock of the products.

    Raises: StockLimitExceeded.
    """
    products = await session.execute(queries.LOCKED_STOCK, {"slugs": list(quantities)})
    await _add_to_stock(session, [*map(StockRow._make, products)], quantities)


async def _add_to_stock(session: AsyncSession, products: Collection[StockRow], quantities: Mapping[str, int]) -> None:
    for product in products:
        _stock(product.stock, quantities[product.slug])
    changes = {
        "ids": [product.id for product in products],
        "quantities": [quantities[product.slug] for product in products],
    }
    await session.execute(queries.ADD_TO_STOCK, changes)
    await drop_products(session, quantities)


def _stock(present: int, change: int) -> int:
    """Return the stock after `change`. Raises OutOfStock, StockLimitExceeded."""
    stock = present + change
    if stock < 0:
        raise OutOfStock
    if stock > MAX_INT32:
        raise StockLimitExceeded
    return stock
    # --8<-- [end:stock]


async def _record_update(session: AsyncSession, product: Product, previous_stock: int) -> None:
    await record_product_event(session, EventType.PRODUCT_UPDATED, product)
    if product.is_active:
        await record_low_stock(
            session, slug=product.slug, name=product.name, stock=product.stock, previous_stock=previous_stock
        )


async def _get_locked_product(session: AsyncSession, slug: str) -> Product:
    """Return the product with its category; the product is locked until the transaction ends."""
    return await get_or_not_found(session, queries.LOCKED, {"slug": slug_or_not_found(slug)})
