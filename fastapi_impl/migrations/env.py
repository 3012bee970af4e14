import asyncio
from functools import partial
from logging.config import fileConfig
from typing import Any

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.common.database.base import Base
from fastapi_impl.common.database.engine import connect
from fastapi_impl.notifications import models as notifications
from fastapi_impl.orders import models as orders
from fastapi_impl.categories import models as categories
from fastapi_impl.products import models as products
from fastapi_impl.reports import models as reports
from fastapi_impl.users import models as users

# Importing the models puts their tables into the metadata.
MODELS = (users, categories, products, orders, notifications, reports)

# --8<-- [start:include]
# Prefixes of the names of tables that only Django or Celery uses.
OTHER_TABLES = (
    *("django_", "auth_", "authtoken_", "token_", "users_groups", "users_user_permissions"),
    *("celery_", "kombu_"),
)


def include_object(_object: object, name: str | None, kind: str, reflected: bool, _compared_to: object) -> bool:
    """Return False for the tables of Django and Celery, so that autogenerate does not drop them."""
    return not (kind == "table" and reflected and (name or "").startswith(OTHER_TABLES))
    # --8<-- [end:include]


def configure(**options: Any) -> None:
    context.configure(target_metadata=Base.metadata, include_object=include_object, **options)


def run_migrations(connection: Connection) -> None:
    configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


# --8<-- [start:engine]
async def connect_and_run_migrations() -> None:
    """Run what the command asks for in one transaction; the application's engine is in autocommit."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        # A statement may take longer than a request. A lock may not: requests would wait behind it.
        async_creator=partial(connect, statement_timeout_ms=0),
        poolclass=NullPool,
        isolation_level="READ COMMITTED",
    )
    async with engine.connect() as connection:
        await connection.run_sync(run_migrations)
    # --8<-- [end:engine]


if context.config.config_file_name is not None:
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)

if context.is_offline_mode():
    configure(dialect_name="postgresql", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    try:
        asyncio.run(connect_and_run_migrations())
    except DatabaseUnavailable as error:
        raise CommandError(f"The database did not answer: {error}") from error
