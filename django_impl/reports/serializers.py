from django_impl.common.validation.fields import CharField, IntegerField, ListField, SlugField
from django_impl.common.validation.output_fields import DateField, DateTimeField
from django_impl.common.validation.serializers import ReadOnlySerializer
from django_impl.contract import REPORTS


class ReportedProductOut(ReadOnlySerializer):
    slug = SlugField(max_length=220)
    name = CharField(min_length=1, max_length=200)
    stock = IntegerField()


class DailyReportOut(ReadOnlySerializer):
    """The products as they were when the report was written."""

    date = DateField(help_text="A day in UTC.")
    new_product_count = IntegerField(help_text="Number of products that were created in the 24 hours before.")
    low_stock_count = IntegerField(help_text="Number of active products with fewer than 10 pieces.")
    new_products = ListField(
        min_length=0,
        max_length=REPORTS["max_products"],
        child=ReportedProductOut(),
        help_text="The newest first, at most 100.",
    )
    low_stock = ListField(
        min_length=0,
        max_length=REPORTS["max_products"],
        child=ReportedProductOut(),
        help_text="The fewest pieces first, then by slug, at most 100.",
    )
    created_at = DateTimeField()
