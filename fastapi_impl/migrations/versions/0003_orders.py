"""Orders.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("total", sa.Numeric(16, 2), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("statement_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("statement_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name="orders_pkey"),
        sa.UniqueConstraint("customer_id", "idempotency_key", name="orders_customer_id_idempotency_key_key"),
        sa.CheckConstraint(
            "status IN ('pending', 'paid', 'shipped', 'cancelled')", name=op.f("orders_status_check")
        ),
        sa.CheckConstraint("total > 0", name=op.f("orders_total_check")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["users.id"],
            name="orders_customer_id_b7016332_fk_users_id",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("orders_created_at_id_idx", "orders", ["created_at", "id"])
    op.create_index("orders_customer_created_idx", "orders", ["customer_id", "created_at", "id"])

    op.create_table(
        "order_items",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_slug", sa.String(220), nullable=False),
        sa.Column("product_name", sa.String(200), nullable=False),
        sa.Column("unit_price", sa.Numeric(10, 2), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="order_items_pkey"),
        sa.UniqueConstraint("order_id", "position", name="order_items_order_id_position_key"),
        sa.CheckConstraint("quantity > 0", name=op.f("order_items_quantity_check")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name="order_items_order_id_412ad78b_fk_orders_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="order_items_product_id_dd557d5a_fk_products_id",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("order_items_product_id_idx", "order_items", ["product_id"])


def downgrade() -> None:
    op.drop_table("order_items")
    op.drop_table("orders")
