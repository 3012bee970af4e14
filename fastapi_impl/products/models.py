from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Computed, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fastapi_impl.categories.models import Category
from fastapi_impl.common.database.base import Base, CreatedAt, UpdatedAt, UUIDPrimaryKey, django_foreign_key
from fastapi_impl.users.models import User

# --8<-- [start:search]
# Splits words at every run of characters that are neither letters nor digits, as the contract requires.
SEARCH_VECTOR = (
    "to_tsvector('simple'::regconfig, regexp_replace(name || ' ' || description, '[^[:alnum:]]+', ' ', 'g'))"
)
# --8<-- [end:search]


# --8<-- [start:product]
class Product(Base):
    """An article with a price and a number of pieces in stock."""

    __tablename__ = "products"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("stock >= 0", name="stock"),
        Index(None, "created_at", "id"),
        Index(None, "price", "id"),
        Index(None, "name", "id"),
        Index("products_category_created_idx", "category_id", "created_at", "id"),
        Index("products_category_active_idx", "category_id", postgresql_where=text("is_active")),
        Index(None, "created_by_id"),
        # Not mapped by the model, because RETURNING would fetch it for each row that is written.
        Column("search_vector", TSVECTOR, Computed(SEARCH_VECTOR, persisted=True)),
        Index(None, "search_vector", postgresql_using="gin"),
    )
    __mapper_args__ = Base.__mapper_args__ | {"exclude_properties": ["search_vector"]}

    id: Mapped[UUIDPrimaryKey]
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(220))
    description: Mapped[str]
    price: Mapped[Decimal]
    stock: Mapped[int] = mapped_column(default=0)
    category_id: Mapped[UUID] = mapped_column(
        django_foreign_key("categories.id", "products_category_id_a7a3a156_fk_categories_id")
    )
    image: Mapped[str | None] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[UUID | None] = mapped_column(
        django_foreign_key("users.id", "products_created_by_id_924ff91a_fk_users_id", ondelete="SET NULL")
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    category: Mapped[Category] = relationship(lazy="raise")
    created_by: Mapped[User | None] = relationship(lazy="raise")

    @hybrid_property
    def is_in_stock(self) -> bool:
        """Whether at least one piece is left."""
        return self.stock > 0

    @property
    def category_slug(self) -> str:
        """Slug of its category."""
        return self.category.slug

    @property
    def category_name(self) -> str:
        """Name of its category."""
        return self.category.name

    # --8<-- [end:product]
