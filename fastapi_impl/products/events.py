from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.contract import EVENTS
from fastapi_impl.notifications.models import EventType
from fastapi_impl.notifications.services import record_event
from fastapi_impl.products.models import Product


async def record_product_event(session: AsyncSession, event_type: EventType, product: Product) -> None:
    """Record that a product was created or changed. Only staff see events of inactive products."""
    data = {
        "slug": product.slug,
        "name": product.name,
        "price": f"{product.price:.2f}",
        "stock": product.stock,
        "is_active": product.is_active,
    }
    await record_event(session, event_type=event_type, data=data, is_public=product.is_active)


async def record_low_stock(session: AsyncSession, *, slug: str, name: str, stock: int, previous_stock: int) -> None:
    """Record that the stock of an active product has become low, if it was not low before."""
    if stock < EVENTS["low_stock"] <= previous_stock:
        data = {"slug": slug, "name": name, "stock": stock}
        await record_event(session, event_type=EventType.STOCK_LOW, data=data, is_public=True)
