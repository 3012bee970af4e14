from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.convertors import StringConvertor, register_url_convertor

from fastapi_impl.common.database.dependencies import WriteSession
from fastapi_impl.common.database.rows import read, read_one
from fastapi_impl.common.database.statements import AnyRow, Statement
from fastapi_impl.common.exceptions import NotAuthenticated, PermissionDenied
from fastapi_impl.common.http.routes import ContractRoute
from fastapi_impl.common.openapi.documents import ANYONE, refusals
from fastapi_impl.common.validation.pagination import Slice, read_page
from fastapi_impl.products import queries, services
from fastapi_impl.products.models import Product
from fastapi_impl.products.schemas import (
    CategoryChanges,
    CategoryOut,
    CategoryPage,
    CategoryParameters,
    CategorySlugPath,
    FeaturedProducts,
    NewCategory,
    NewProduct,
    ProductChanges,
    ProductOut,
    ProductPage,
    ProductParameters,
    ProductSlugPath,
    StockAdjustment,
)
from fastapi_impl.users.dependencies import OptionalUser, ReadByAnyone, Staff, StaffOnly


# --8<-- [start:paths]
class ProductSlugConvertor(StringConvertor):
    """Any text but `featured`, which is a path of its own: it answers other methods with 405, not as a product.

    So `/featured` may stand below `/{slug}`, and has to: it would take `/featured%0A` as well (see `ExactRoute`).
    """

    regex = r"(?!featured\Z)[^/]+"


register_url_convertor("product", ProductSlugConvertor())

categories = APIRouter(
    prefix="/api/categories", tags=["categories"], route_class=ContractRoute, responses=refusals(401, 503)
)
products = APIRouter(prefix="/api/products", tags=["products"], route_class=ContractRoute, responses=refusals(401, 503))
# --8<-- [end:paths]


@categories.get(
    "",
    response_model=CategoryPage,
    dependencies=[ReadByAnyone],
    summary="List categories by name",
    openapi_extra=ANYONE,
)
async def list_categories(query: Annotated[CategoryParameters, Query()]) -> Slice[AnyRow]:
    rows = queries.categories()
    return await read_page(rows, {}, ordering="name", after=query.cursor, limit=query.limit)


@categories.get(
    "/{slug}",
    response_model=CategoryOut,
    dependencies=[ReadByAnyone],
    summary="Show a category",
    responses=refusals(404),
    openapi_extra=ANYONE,
)
async def get_category(slug: CategorySlugPath) -> AnyRow:
    return await read_one(*queries.called(queries.categories(), slug))


@categories.post(
    "",
    status_code=201,
    response_model=CategoryOut,
    dependencies=[StaffOnly],
    summary="Create a category",
    responses=refusals(403),
)
async def create_category(body: NewCategory, response: Response, session: WriteSession) -> AnyRow:
    """For staff. The slug is made from the name and stays when the name changes."""
    category = await services.create_category(session, **dict(body))
    response.headers["Location"] = categories.url_path_for("get_category", slug=category.slug)
    return category


@categories.patch(
    "/{slug}",
    response_model=CategoryOut,
    dependencies=[StaffOnly],
    summary="Change a category",
    responses=refusals(403, 404),
)
async def update_category(slug: CategorySlugPath, body: CategoryChanges, session: WriteSession) -> AnyRow:
    """For staff. A category may not become its own ancestor."""
    return await services.update_category(session, slug=slug, changes=body)


@categories.delete(
    "/{slug}",
    status_code=204,
    response_class=Response,
    dependencies=[StaffOnly],
    summary="Delete a category",
    responses=refusals(403, 404, conflicts=("category_in_use",)),
)
async def delete_category(slug: CategorySlugPath, session: WriteSession) -> None:
    """For staff. Only a category without products and subcategories can be deleted."""
    await services.delete_category(session, slug=slug)


# --8<-- [start:reads]
@products.get("", response_model=ProductPage, summary="List products", responses=refusals(403), openapi_extra=ANYONE)
async def list_products(query: Annotated[ProductParameters, Query()], user: OptionalUser) -> Slice[AnyRow]:
    """Staff see inactive products too.

    Filters narrow each other. A category that does not exist gives an empty list, and a category's products are those
    directly in it.
    """
    if query.is_active is not None and not (user and user.is_staff):
        raise PermissionDenied if user else NotAuthenticated
    rows = _narrowed(queries.visible_to(user), query)
    return await read_page(rows, dict(query), ordering=query.ordering, after=query.cursor, limit=query.limit)


@products.get(
    "/{slug:product}",
    response_model=ProductOut,
    summary="Show a product",
    responses=refusals(404),
    openapi_extra=ANYONE,
)
async def get_product(slug: ProductSlugPath, user: OptionalUser) -> AnyRow:
    """Inactive products exist for staff only."""
    return await read_one(*queries.called(queries.visible_to(user), slug))
    # --8<-- [end:reads]


@products.post("", status_code=201, response_model=ProductOut, summary="Create a product", responses=refusals(403))
async def create_product(body: NewProduct, user: Staff, response: Response, session: WriteSession) -> Product:
    """For staff. The slug is made from the name and stays when the name changes."""
    product = await services.create_product(session, created_by=user, **dict(body))
    response.headers["Location"] = products.url_path_for("get_product", slug=product.slug)
    return product


@products.patch(
    "/{slug:product}",
    response_model=ProductOut,
    dependencies=[StaffOnly],
    summary="Change a product",
    responses=refusals(403, 404),
)
async def update_product(slug: ProductSlugPath, body: ProductChanges, session: WriteSession) -> Product:
    """For staff."""
    return await services.update_product(session, slug=slug, changes=body)


@products.delete(
    "/{slug:product}",
    status_code=204,
    response_class=Response,
    dependencies=[StaffOnly],
    summary="Delete a product",
    responses=refusals(403, 404, conflicts=("product_in_use",)),
)
async def delete_product(slug: ProductSlugPath, session: WriteSession) -> None:
    """For staff. A product that was ever ordered can only be made inactive."""
    await services.delete_product(session, slug=slug)


@products.get(
    "/featured",
    response_model=FeaturedProducts,
    dependencies=[ReadByAnyone],
    summary="List featured products",
    openapi_extra=ANYONE,
)
async def list_featured_products() -> dict[str, Sequence[AnyRow]]:
    """The 10 newest products that are active and in stock, newest first."""
    return {"items": await read(queries.featured(), {})}


# --8<-- [start:adjust-stock]
@products.post(
    "/{slug}/adjust-stock",
    response_model=ProductOut,
    dependencies=[StaffOnly],
    summary="Add or remove pieces",
    responses=refusals(403, 404, conflicts=("out_of_stock", "stock_limit_exceeded")),
)
async def adjust_stock(slug: ProductSlugPath, body: StockAdjustment, session: WriteSession) -> Product:
    """For staff. Adjustments made at the same time all count."""
    return await services.adjust_stock(session, slug=slug, quantity=body.quantity)
    # --8<-- [end:adjust-stock]


def _narrowed(rows: Statement, query: ProductParameters) -> Statement:
    """Apply the filters that the query names; the statement takes their values by the names they have there."""
    if query.search is not None:
        rows = queries.matching(rows)
    if query.category is not None:
        rows = queries.in_category(rows)
    if query.min_price is not None:
        rows = queries.costing_at_least(rows)
    if query.max_price is not None:
        rows = queries.costing_at_most(rows)
    if query.in_stock is not None:
        rows = queries.in_stock(rows, query.in_stock)
    if query.is_active is not None:
        rows = queries.active(rows, query.is_active)
    return rows
