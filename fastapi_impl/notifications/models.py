from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fastapi_impl.common.database.base import Base, CreatedAt, UUIDPrimaryKey


# --8<-- [start:event]
class EventType(StrEnum):
    """What can happen in the shop."""

    PRODUCT_CREATED = "product.created"
    PRODUCT_UPDATED = "product.updated"
    STOCK_LOW = "stock.low"
    ORDER_CREATED = "order.created"
    ORDER_STATUS = "order.status"
    REPORT_REQUESTED = "report.requested"


class Event(Base):
    """Something that happened, stored in the transaction in which it happened."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "transaction_id", "id"),
        Index(None, "created_at"),
        Index(None, "next_attempt_at", postgresql_where=text("next_attempt_at IS NOT NULL")),
        Index(None, "failed_at", postgresql_where=text("failed_at IS NOT NULL")),
    )

    id: Mapped[UUIDPrimaryKey]
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=text("pg_current_xact_id()::text::bigint"))
    type: Mapped[str] = mapped_column(String(40))  # of EventType, or of a newer version of the code
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    customer_id: Mapped[UUID | None]  # whom it concerns, beside staff
    is_public: Mapped[bool]
    created_at: Mapped[CreatedAt]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    finished_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    # The trace of the request, if there is one.
    traceparent: Mapped[str] = mapped_column(String(55), server_default="")

    @property
    def state(self) -> str:
        """What has become of the task of the event."""
        if self.failed_at:
            return "failed"
        if self.next_attempt_at:
            return "waiting"
        return "finished" if self.finished_at else "no task"

    # --8<-- [end:event]
