"""The base class of the models, and the column types that several of them have."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, FetchedValue, ForeignKey, MetaData, Numeric, Text, func
from sqlalchemy.orm import DeclarativeBase, mapped_column

# --8<-- [start:base]
UUIDPrimaryKey = Annotated[UUID, mapped_column(primary_key=True, server_default=func.uuidv7())]
CreatedAt = Annotated[datetime, mapped_column(server_default=func.statement_timestamp())]
# The statements set it, not a trigger. With `server_onupdate` the new value comes by RETURNING, not by another SELECT.
UpdatedAt = Annotated[
    datetime, mapped_column(server_default=func.statement_timestamp(), server_onupdate=FetchedValue())
]


class Base(DeclarativeBase):
    """The base of all models. Constraints and indexes get the names that PostgreSQL would give them."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True), Decimal: Numeric(10, 2), str: Text()}
    # Fetch the values that the database computes by RETURNING, on INSERT and on UPDATE.
    __mapper_args__ = {"eager_defaults": True}
    # --8<-- [end:base]


def django_foreign_key(target: str, name: str, **options: Any) -> ForeignKey:
    """Return a foreign key as Django creates it: checked at the end of the transaction, with Django's name."""
    return ForeignKey(target, name=name, deferrable=True, initially="DEFERRED", **options)
