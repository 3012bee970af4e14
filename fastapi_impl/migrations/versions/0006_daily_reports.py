"""The daily reports.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_reports",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("new_product_count", sa.Integer(), nullable=False),
        sa.Column("low_stock_count", sa.Integer(), nullable=False),
        sa.Column("new_products", postgresql.JSONB(), nullable=False),
        sa.Column("low_stock", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("date", name="daily_reports_pkey"),
    )


def downgrade() -> None:
    op.drop_table("daily_reports")
