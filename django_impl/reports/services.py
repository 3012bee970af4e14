from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - `date` is a parameter
from typing import Any

from django.db.models.functions import Now

from django_impl.common.database.locks import advisory_lock
from django_impl.contract import REPORTS
from django_impl.notifications.models import Event, EventType
from django_impl.notifications.services import record_event
from django_impl.products.models import Product
from django_impl.reports.models import DailyReport

LOCK = "reports.daily"


# --8<-- [start:services]
def request_report(*, date: Date) -> None:
    """Record that the report of a day is requested. Its task writes it after the commit."""
    record_event(event_type=EventType.REPORT_REQUESTED, data={"date": date.isoformat()}, is_public=False)


def request_missing_report(*, date: Date) -> None:
    """Request the report of a day, unless there is one, or its task is open. Calls at the same time request one."""
    advisory_lock(LOCK)
    requests = Event.objects.unfinished().filter(type=EventType.REPORT_REQUESTED, data={"date": date.isoformat()})
    # In this order: a task that finishes in between has stored its report.
    if not requests.exists() and not DailyReport.objects.by_date(date).exists():
        request_report(date=date)


def write_report(*, date: Date) -> None:
    """Store the report of a day, in place of an earlier one."""
    advisory_lock(LOCK)  # so that no report replaces one that has read the products later
    new_products, low_stock = _fetch(Product.objects.new()), _fetch(Product.objects.low_in_stock())
    report = {
        "new_product_count": _count(new_products),
        "low_stock_count": _count(low_stock),
        "new_products": _list(new_products),
        "low_stock": _list(low_stock),
        "created_at": Now(),
    }
    DailyReport.objects.update_or_create(date=date, defaults=report)
    # --8<-- [end:services]


def _fetch(products: Any) -> Sequence[Any]:
    """Return the first products, and with each the number of all. One statement, so that both agree."""
    rows = products.with_total().values_list("slug", "name", "stock", "total", named=True)
    return list(rows[: REPORTS["max_products"]])


def _count(products: Sequence[Any]) -> int:
    return products[0].total if products else 0


def _list(products: Sequence[Any]) -> list[dict[str, object]]:
    return [{"slug": product.slug, "name": product.name, "stock": product.stock} for product in products]
