from datetime import UTC, datetime

from fastapi import APIRouter, Response

from fastapi_impl.common.database.dependencies import ReaderDep, WriteSessionDep
from fastapi_impl.common.http.responses import error_responses
from fastapi_impl.common.http.routes import ContractRoute
from fastapi_impl.reports import queries, services
from fastapi_impl.reports.queries import DailyReportRow
from fastapi_impl.reports.schemas import DailyReportOut
from fastapi_impl.users.dependencies import StaffOnly

router = APIRouter(
    prefix="/api/reports",
    tags=["reports"],
    route_class=ContractRoute,
    dependencies=[StaffOnly],
    responses=error_responses(401, 403, 429, 503),
)


# --8<-- [start:router]
@router.get(
    "/daily", response_model=DailyReportOut, summary="Show the latest daily report", responses=error_responses(404)
)
async def get_daily_report(reader: ReaderDep) -> DailyReportRow:
    """For staff. Without any report it is 404."""
    return await reader.fetch_one_or_not_found(DailyReportRow, queries.LATEST, {})


@router.post("/daily", status_code=202, response_class=Response, summary="Request the report of today")
async def request_daily_report(response: Response, session: WriteSessionDep) -> None:
    """For staff. A task writes it after the response, and replaces the report of today if there is one."""
    await services.request_report(session, date=datetime.now(UTC).date())
    response.headers["Location"] = router.url_path_for("get_daily_report")
    # --8<-- [end:router]
