"""The settings under ASGI.

A request has no thread of its own there that could keep a connection, so Django's documentation asks for the pool of
psycopg 3 and no persistent connections. With psycopg2 each request opens a connection.
"""

from django.db.backends.postgresql.psycopg_any import is_psycopg3

from django_impl.config.settings import *  # noqa: F403 - a settings module is all of its names
from django_impl.config.settings.common import DATABASES, ENVIRONMENT
from django_impl.contract import DATABASE

for database in DATABASES.values():
    database["CONN_MAX_AGE"] = 0

if is_psycopg3:
    from django_impl.common.database.postgresql.pool import pool_options

    DATABASES["default"]["OPTIONS"]["pool"] = pool_options(
        ENVIRONMENT.database_pool_size, timeout_ms=DATABASE["statement_timeout_ms"]
    )
    DATABASES["readiness"]["OPTIONS"]["pool"] = pool_options(1, timeout_ms=DATABASE["readiness_timeout_ms"])
