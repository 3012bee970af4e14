"""Functions of PostgreSQL that Django does not have."""

from django.db import models


class TransactionID(models.Func):
    """The id of the current transaction, as the text that PostgreSQL casts to a bigint."""

    template = "pg_current_xact_id()::text"
    arity = 0
    output_field = models.TextField()


class OldestOpenTransactionID(models.Func):
    """The id of the oldest transaction that is open, as the text that PostgreSQL casts to a bigint."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text"
    arity = 0
    output_field = models.TextField()
