"""Categories and products.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("statement_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name="categories_pkey"),
        sa.UniqueConstraint("name", name="categories_name_key"),
        sa.UniqueConstraint("slug", name="categories_slug_key"),
        sa.CheckConstraint("NOT (parent_id = id AND parent_id IS NOT NULL)", name=op.f("categories_parent_id_check")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["categories.id"],
            name="categories_parent_id_fc02df82_fk_categories_id",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("categories_name_id_idx", "categories", ["name", "id"])
    op.create_index("categories_parent_id_idx", "categories", ["parent_id"])

    # --8<-- [start:products]
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(220), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("image", sa.String(255), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("statement_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("statement_timestamp()"), nullable=False
        ),
        sa.Column(
            "search_vector",
            TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple'::regconfig,"
                " regexp_replace(name || ' ' || description, '[^[:alnum:]]+', ' ', 'g'))",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="products_pkey"),
        sa.UniqueConstraint("slug", name="products_slug_key"),
        sa.CheckConstraint("price > 0", name=op.f("products_price_check")),
        sa.CheckConstraint("stock >= 0", name=op.f("products_stock_check")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name="products_category_id_a7a3a156_fk_categories_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name="products_created_by_id_924ff91a_fk_users_id",
            ondelete="SET NULL",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    # --8<-- [end:products]
    op.create_index("products_created_at_id_idx", "products", ["created_at", "id"])
    op.create_index("products_price_id_idx", "products", ["price", "id"])
    op.create_index("products_name_id_idx", "products", ["name", "id"])
    op.create_index("products_category_created_idx", "products", ["category_id", "created_at", "id"])
    op.create_index(
        "products_category_active_idx", "products", ["category_id"], postgresql_where=sa.text("is_active")
    )
    op.create_index("products_created_by_id_idx", "products", ["created_by_id"])
    op.create_index("products_search_vector_idx", "products", ["search_vector"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("products")
    op.drop_table("categories")
