from datetime import date

from httpx import AsyncClient
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.notifications.models import Event, EventType
from fastapi_impl.products.models import Product
from fastapi_impl.reports import services
from fastapi_impl.reports.models import DailyReport
from fastapi_impl.users.queries import AuthenticatedUser
from tests.fastapi_impl.features.conftest import SignIn

DAY = date(2026, 3, 1)
ANOTHER_DAY = date(2026, 3, 2)


async def requested(session: AsyncSession) -> list[str]:
    """Return the days whose report was requested."""
    requests = await session.scalars(select(Event).where(Event.type == EventType.REPORT_REQUESTED).order_by(Event.id))
    return [event.data["date"] for event in requests]


async def test_staff_see_the_report(
    client: AsyncClient, session: AsyncSession, product: Product, staff: AuthenticatedUser, sign_in: SignIn
) -> None:
    await services.write_report(session, date=DAY)
    await session.commit()
    sign_in(staff)

    report = (await client.get("/api/reports/daily")).json()

    assert (report["date"], report["new_product_count"], report["low_stock_count"]) == ("2026-03-01", 1, 1)
    assert report["low_stock"] == [{"slug": product.slug, "name": "Desk lamp", "stock": 5}]


async def test_report_that_is_missing_is_requested_once(session: AsyncSession) -> None:
    for day in (DAY, DAY, ANOTHER_DAY):
        await services.request_missing_report(session, date=day)

    assert await requested(session) == ["2026-03-01", "2026-03-02"]


async def test_report_that_exists_is_not_requested(session: AsyncSession) -> None:
    await services.write_report(session, date=DAY)
    await services.request_missing_report(session, date=DAY)

    assert await requested(session) == []
    assert await session.scalar(select(func.count()).select_from(DailyReport)) == 1


async def test_report_that_was_given_up_is_requested_again(session: AsyncSession) -> None:
    await services.request_missing_report(session, date=DAY)
    await session.execute(update(Event).values(failed_at=func.now(), next_attempt_at=None))
    await services.request_missing_report(session, date=DAY)

    assert await requested(session) == ["2026-03-01", "2026-03-01"]
