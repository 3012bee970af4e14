import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fastapi_impl.common.database.base import Base

type Products = list[dict[str, Any]]


class DailyReport(Base):
    """The new products of a day, and the products that are low in stock."""

    __tablename__ = "daily_reports"

    date: Mapped[datetime.date] = mapped_column(primary_key=True)  # in UTC
    new_product_count: Mapped[int]
    low_stock_count: Mapped[int]
    new_products: Mapped[Products] = mapped_column(JSONB)
    low_stock: Mapped[Products] = mapped_column(JSONB)
    created_at: Mapped[datetime.datetime]
