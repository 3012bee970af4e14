from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload
from starlette.requests import Request
from starlette_admin.fields import ComputedField, EnumField

from fastapi_impl.common.admin import ServiceModelView, panel, text_field, time_field
from fastapi_impl.common.exceptions import WrongStatus
from fastapi_impl.orders import services
from fastapi_impl.orders.models import ALLOWED_FROM, Order, OrderStatus
from fastapi_impl.orders.schemas import OrderChanges
from fastapi_impl.users.models import User

TRANSITIONS = {
    OrderStatus.PAID: services.pay_order,
    OrderStatus.SHIPPED: services.ship_order,
    OrderStatus.CANCELLED: services.cancel_order,
}


def customer_of(_request: Request, order: Order) -> str:
    """Return the e-mail address of the customer."""
    return order.customer.email


def items_of(_request: Request, order: Order) -> str:
    """Return the items as text."""
    return "; ".join(f"{item.quantity} x {item.product_name} at {item.unit_price}" for item in order.items)


def possible_statuses(request: Request) -> list[tuple[str, str]]:
    """Return the status of the order that is shown, and those to which staff can change it; in a list all.

    Only its customer pays an order.
    """
    order: Order | None = getattr(request.state, "order", None)
    is_own = order is not None and order.customer_id == request.state.admin_user.user.id
    return [
        (status, status.capitalize())
        for status in OrderStatus
        if order is None
        or status == order.status
        or (order.status in ALLOWED_FROM.get(status, ()) and (is_own or status != OrderStatus.PAID))
    ]


# --8<-- [start:view]
class OrderView(ServiceModelView):
    """Orders. Only their status changes, with the services for paying, shipping and cancelling."""

    changes = TypeAdapter(OrderChanges)
    error_field = "status"
    icon = "fa fa-receipt"
    fields = (
        text_field("id"),
        text_field("customer", getter=customer_of),
        EnumField("status", choices_loader=possible_statuses, required=True),
        text_field("total"),
        ComputedField("items", getter=items_of, exclude_from_list=True),
        time_field("created_at"),
        time_field("updated_at", exclude_from_list=True),
    )
    form_layout = ("customer", "status", "total", "items", panel("History", ("created_at", "updated_at")))
    searchable_fields = ("status", "total", "created_at")
    fields_default_sort = (("created_at", True),)
    actions = ()
    row_actions = ("view", "edit")

    def __init__(self) -> None:
        super().__init__(Order)

    async def update_row(self, session: AsyncSession, user: Any, row: Order, changes: Mapping[str, Any]) -> None:
        """Call the service for the new status."""
        status = changes.get("status", row.status)
        if status != row.status:
            change_status = TRANSITIONS.get(status)
            if change_status is None:
                raise WrongStatus  # no order becomes pending again
            await change_status(session, order_id=str(row.id), by=user)

    def can_create(self, request: Request) -> bool:
        """Return False: customers place orders."""
        return False

    def can_delete(self, request: Request) -> bool:
        """Return False: an order can be cancelled."""
        return False

    # --8<-- [end:view]

    def get_list_query(self, request: Request) -> Select[Order]:
        """Return the statement for the orders, with their customers."""
        return select(Order).options(joinedload(Order.customer))

    def get_detail_query(self, request: Request) -> Select[Order]:
        """Return the statement for one order, with its customer and its items."""
        return self.get_list_query(request).options(selectinload(Order.items))

    def get_search_query(self, request: Request, term: str) -> ColumnElement[bool]:
        """Return the condition for the orders of customers whose e-mail address contains the text."""
        return Order.customer.has(User.email.icontains(term.replace("\0", " "), autoescape=True))

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        """Return the order, and keep it for the choices of its status."""
        request.state.order = await super().find_by_pk(request, pk)
        return request.state.order

    async def repr(self, obj: Any, request: Request) -> str:
        """Return the id."""
        return f"Order {obj.id}"
