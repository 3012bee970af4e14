from typing import Annotated

from pydantic import Field

from fastapi_impl.common.validation.fields import CountOut, DateOut, DateTimeOut
from fastapi_impl.common.validation.schemas import Output
from fastapi_impl.contract import REPORTS
from fastapi_impl.products.schemas import ProductNameOut, ProductSlugOut


class ReportedProductOut(Output):
    slug: ProductSlugOut
    name: ProductNameOut
    stock: CountOut


ReportedProducts = Annotated[list[ReportedProductOut], Field(max_length=REPORTS["max_products"])]


class DailyReportOut(Output):
    """The products as they were when the report was written."""

    date: Annotated[DateOut, Field(description="A day in UTC.")]
    new_product_count: Annotated[
        CountOut, Field(description="Number of products that were created in the 24 hours before.")
    ]
    low_stock_count: Annotated[CountOut, Field(description="Number of active products with fewer than 10 pieces.")]
    new_products: Annotated[ReportedProducts, Field(description="The newest first, at most 100.")]
    low_stock: Annotated[ReportedProducts, Field(description="The fewest pieces first, then by slug, at most 100.")]
    created_at: DateTimeOut
