from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fastapi_impl.common.database.base import Base, CreatedAt, UUIDPrimaryKey, django_foreign_key


# --8<-- [start:category]
class Category(Base):
    """A category of products. Categories form a tree."""

    __tablename__ = "categories"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("slug"),
        # As Django writes `parent_id <> id`.
        CheckConstraint("NOT (parent_id = id AND parent_id IS NOT NULL)", name="parent_id"),
        Index(None, "name", "id"),
        Index(None, "parent_id"),
    )

    id: Mapped[UUIDPrimaryKey]
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[UUID | None] = mapped_column(
        django_foreign_key("categories.id", "categories_parent_id_fc02df82_fk_categories_id")
    )
    created_at: Mapped[CreatedAt]

    parent: Mapped["Category | None"] = relationship(remote_side="Category.id", lazy="raise")

    # --8<-- [end:category]
