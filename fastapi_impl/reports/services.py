from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - `date` is a parameter
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.locks import advisory_lock
from fastapi_impl.notifications.models import EventType
from fastapi_impl.notifications.services import record_event
from fastapi_impl.reports import queries
from fastapi_impl.reports.models import DailyReport, Products

LOCK = "reports.daily"


# --8<-- [start:services]
async def request_report(session: AsyncSession, *, date: Date) -> None:
    """Record that the report of a day is requested. Its task writes it after the commit."""
    await record_event(session, event_type=EventType.REPORT_REQUESTED, data={"date": date.isoformat()}, is_public=False)


async def request_missing_report(session: AsyncSession, *, date: Date) -> None:
    """Request the report of a day, unless there is one, or its task is open. Calls at the same time request one."""
    await advisory_lock(session, LOCK)
    # In this order: a task that finishes in between has stored its report.
    is_requested = await session.scalar(queries.HAS_OPEN_REQUEST, {"event_data": {"date": date.isoformat()}})
    if not is_requested and not await session.scalar(queries.HAS_REPORT, {"date": date}):
        await request_report(session, date=date)


async def write_report(session: AsyncSession, *, date: Date) -> None:
    """Store the report of a day, in place of an earlier one."""
    await advisory_lock(session, LOCK)  # so that no report replaces one that has read the products later
    new_products = (await session.execute(queries.NEW_PRODUCTS)).all()
    low_stock = (await session.execute(queries.LOW_STOCK)).all()
    report = {
        "new_product_count": _count(new_products),
        "low_stock_count": _count(low_stock),
        "new_products": _list(new_products),
        "low_stock": _list(low_stock),
        "created_at": queries.NOW,
    }
    stored = insert(DailyReport).values(date=date, **report)
    await session.execute(stored.on_conflict_do_update(index_elements=[DailyReport.date], set_=report))
    # --8<-- [end:services]


def _count(products: Sequence[Any]) -> int:
    return products[0].total if products else 0


def _list(products: Sequence[Any]) -> Products:
    return [{"slug": product.slug, "name": product.name, "stock": product.stock} for product in products]
