"""Throttles.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "throttles",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="throttles_pkey"),
        prefixes=["UNLOGGED"],
    )
    op.create_index("throttles_expires_at_idx", "throttles", ["expires_at"])


def downgrade() -> None:
    op.drop_table("throttles")
