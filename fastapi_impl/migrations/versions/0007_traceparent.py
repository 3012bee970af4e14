"""The traces of events, and an index for tasks that were given up.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("traceparent", sa.String(55), server_default="", nullable=False))
    op.create_index(
        "outbox_failed_at_idx", "outbox", ["failed_at"], postgresql_where=sa.text("failed_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("outbox_failed_at_idx", "outbox")
    op.drop_column("outbox", "traceparent")
