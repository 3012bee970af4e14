"""Users.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import context, op
from alembic.util import CommandError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    require_postgresql_18()
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password", sa.String(128), nullable=False),
        sa.Column("full_name", sa.String(150), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("is_superuser", sa.Boolean(), nullable=False),
        sa.Column("last_login", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("statement_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
        sa.UniqueConstraint("email", name="users_email_key"),
        sa.CheckConstraint("email = lower(email)", name=op.f("users_email_check")),
    )


def downgrade() -> None:
    op.drop_table("users")


def require_postgresql_18() -> None:
    """Say what is missing before `uuidv7()` fails: it came with PostgreSQL 18."""
    if context.is_offline_mode():
        return
    version = op.get_bind().dialect.server_version_info or (0,)
    if version < (18,):
        raise CommandError(f"PostgreSQL 18 or newer is needed; this server is {'.'.join(map(str, version))}.")
