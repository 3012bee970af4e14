from django.db import models

from django_impl.reports.queries import DailyReportQuerySet


class DailyReport(models.Model):
    """The new products of a day, and the products that are low in stock."""

    date = models.DateField(primary_key=True)  # in UTC
    new_product_count = models.IntegerField()
    low_stock_count = models.IntegerField()
    new_products = models.JSONField()
    low_stock = models.JSONField()
    created_at = models.DateTimeField(editable=False)

    objects = DailyReportQuerySet.as_manager()

    class Meta:
        db_table = "daily_reports"

    def __str__(self) -> str:
        return f"Report of {self.date}"
