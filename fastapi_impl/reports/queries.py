"""Statements for daily reports. Values are passed as bind parameters, for example `date`."""

import datetime
from typing import NamedTuple

from sqlalchemy import Date, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB

from fastapi_impl.contract import EVENTS, REPORTS
from fastapi_impl.notifications.models import Event, EventType
from fastapi_impl.notifications.queries import UNFINISHED
from fastapi_impl.products.models import Product
from fastapi_impl.reports.models import DailyReport, Products

NOW = func.statement_timestamp()
NEW = datetime.timedelta(seconds=REPORTS["new_seconds"])


class DailyReportRow(NamedTuple):
    """The columns of `LATEST`: the report in a response."""

    date: datetime.date
    new_product_count: int
    low_stock_count: int
    new_products: Products
    low_stock: Products
    created_at: datetime.datetime


LATEST = (
    select(
        DailyReport.date,
        DailyReport.new_product_count,
        DailyReport.low_stock_count,
        DailyReport.new_products,
        DailyReport.low_stock,
        DailyReport.created_at,
    )
    .order_by(DailyReport.date.desc())
    .limit(1)
)
HAS_REPORT = select(exists().where(DailyReport.date == bindparam("date", type_=Date)))
HAS_OPEN_REQUEST = select(
    exists().where(
        UNFINISHED, Event.type == EventType.REPORT_REQUESTED, Event.data == bindparam("event_data", type_=JSONB)
    )
)

# The first products, and with each the number of all. One statement, so that both agree.
REPORTED = select(Product.slug, Product.name, Product.stock, func.count().over().label("total")).limit(
    REPORTS["max_products"]
)
NEW_PRODUCTS = REPORTED.where(Product.created_at >= NOW - NEW).order_by(Product.created_at.desc(), Product.id.desc())
LOW_STOCK = REPORTED.where(Product.is_active, Product.stock < EVENTS["low_stock"]).order_by(Product.stock, Product.slug)
