from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Enum, Index, Numeric, SmallInteger, String, UniqueConstraint, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fastapi_impl.common.database.base import Base, CreatedAt, UpdatedAt, UUIDPrimaryKey, django_foreign_key
from fastapi_impl.common.exceptions import WrongStatus
from fastapi_impl.users.models import User


class OrderStatus(StrEnum):
    """A pending order can be paid, a paid one shipped; both can be cancelled."""

    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


ALLOWED_FROM = {
    OrderStatus.PAID: {OrderStatus.PENDING},
    OrderStatus.SHIPPED: {OrderStatus.PAID},
    OrderStatus.CANCELLED: {OrderStatus.PENDING, OrderStatus.PAID},
}


class Order(Base):
    """The products that a customer ordered, at the prices of that moment."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("customer_id", "idempotency_key"),
        CheckConstraint("status IN ('pending', 'paid', 'shipped', 'cancelled')", name="status"),
        CheckConstraint("total > 0", name="total"),
        Index(None, "created_at", "id"),
        Index("orders_customer_created_idx", "customer_id", "created_at", "id"),
    )

    id: Mapped[UUIDPrimaryKey]
    customer_id: Mapped[UUID] = mapped_column(django_foreign_key("users.id", "orders_customer_id_b7016332_fk_users_id"))
    status: Mapped[OrderStatus] = mapped_column(
        Enum(OrderStatus, native_enum=False, length=10, values_callable=list), default=OrderStatus.PENDING
    )
    total: Mapped[Decimal] = mapped_column(Numeric(16, 2))
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    customer: Mapped[User] = relationship(lazy="raise")
    items: Mapped[list["OrderItem"]] = relationship(order_by="OrderItem.position", lazy="raise")

    def change_status(self, status: OrderStatus) -> None:
        """Change the status of the locked order. Raises WrongStatus if that is not allowed from its current status."""
        if self.status not in ALLOWED_FROM[status]:
            raise WrongStatus
        self.status = status
        self.updated_at = func.statement_timestamp()


class OrderItem(Base):
    """An item of an order: one product, with the name and price that it had when the order was placed."""

    __tablename__ = "order_items"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "product_id"),
    )

    id: Mapped[UUIDPrimaryKey]
    order_id: Mapped[UUID] = mapped_column(
        django_foreign_key("orders.id", "order_items_order_id_412ad78b_fk_orders_id")
    )
    # As sentinel it identifies the rows of RETURNING, so that SQLAlchemy inserts all items in one statement.
    position: Mapped[int] = mapped_column(SmallInteger, insert_sentinel=True)
    product_id: Mapped[UUID] = mapped_column(
        django_foreign_key("products.id", "order_items_product_id_dd557d5a_fk_products_id")
    )
    product_slug: Mapped[str] = mapped_column(String(220))
    product_name: Mapped[str] = mapped_column(String(200))
    unit_price: Mapped[Decimal]
    quantity: Mapped[int]

    @hybrid_property
    def line_total(self) -> Decimal:
        """The price of all pieces."""
        return self.unit_price * self.quantity
