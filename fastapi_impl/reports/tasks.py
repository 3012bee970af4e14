from datetime import UTC, date, datetime

from celery import shared_task
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.engine import get_write_sessionmaker
from fastapi_impl.config.celery import get_portal
from fastapi_impl.contract import REPORTS
from fastapi_impl.notifications.effects import perform_in_transaction
from fastapi_impl.notifications.models import Event
from fastapi_impl.reports import services


# --8<-- [start:tasks]
@shared_task(name=REPORTS["task"])
def request_daily_report() -> None:
    """Request the report of today if it is missing. Celery beat starts it again and again."""
    get_portal().call(_request_daily_report)


async def _request_daily_report() -> None:
    async with get_write_sessionmaker().begin() as session:
        await services.request_missing_report(session, date=datetime.now(UTC).date())


@shared_task(name="write_daily_report")
def write_daily_report(event_id: str, attempt: int) -> None:
    """Write the report that was requested."""
    perform_in_transaction(_write_daily_report, event_id, attempt)


async def _write_daily_report(session: AsyncSession, event: Event) -> None:
    await services.write_report(session, date=date.fromisoformat(event.data["date"]))
    # --8<-- [end:tasks]
