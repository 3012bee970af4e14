from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.exceptions import RequestValidationError
from starlette.convertors import StringConvertor, register_url_convertor

from fastapi_impl.common.database.dependencies import ReaderDep, WriteSessionDep
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.exceptions import NotAuthenticated, PermissionDenied
from fastapi_impl.common.http.responses import OPTIONAL_AUTH, error_responses
from fastapi_impl.common.http.routes import ContractRoute
from fastapi_impl.common.validation.lookups import slug_or_not_found
from fastapi_impl.common.validation.pagination import PageRows, fetch_page
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import IMAGES
from fastapi_impl.products import public, queries, services
from fastapi_impl.products.images import InvalidImage, normalize_image, stored
from fastapi_impl.products.models import Product
from fastapi_impl.products.queries import ProductRow
from fastapi_impl.products.schemas import (
    FeaturedProducts,
    NewProduct,
    NewProductImage,
    ProductChanges,
    ProductOut,
    ProductPage,
    ProductParameters,
    ProductSlugPath,
    StockAdjustment,
)
from fastapi_impl.users.dependencies import OptionalUser, StaffOnly, StaffUser, ValidateToken
from fastapi_impl.users.queries import AuthenticatedUser


# --8<-- [start:paths]
class ProductSlugConvertor(StringConvertor):
    """Matches any slug but `featured`, whose only method is GET.

    Where a route matches the path but not the method, Starlette tries the next ones: DELETE would be a product's.
    """

    regex = r"(?!featured\Z)[^/]+"


register_url_convertor("product", ProductSlugConvertor())

router = APIRouter(
    prefix="/api/products", tags=["products"], route_class=ContractRoute, responses=error_responses(401, 429, 503)
)
# --8<-- [end:paths]


# Before `/{slug}`, because Starlette takes the first route that matches.
@router.get(
    "/featured",
    response_model=FeaturedProducts,
    dependencies=[ValidateToken],
    summary="List featured products",
    openapi_extra=OPTIONAL_AUTH,
)
async def list_featured_products(reader: ReaderDep) -> dict[str, list[ProductRow]] | Response:
    """The 10 newest products that are active and in stock, newest first."""
    if get_settings().caching:
        return Response(await public.featured_products_json(reader), media_type="application/json")
    return {"items": await reader.fetch_all(ProductRow, queries.FEATURED, {})}


# --8<-- [start:reads]
@router.get(
    "", response_model=ProductPage, summary="List products", responses=error_responses(403), openapi_extra=OPTIONAL_AUTH
)
async def list_products(
    query: Annotated[ProductParameters, Query()], user: OptionalUser, reader: ReaderDep
) -> PageRows[ProductRow]:
    """Staff see inactive products too.

    All filters must match. A category that does not exist returns an empty list. The category filter does not include
    subcategories.
    """
    if query.is_active is not None and not (user and user.is_staff):
        raise PermissionDenied if user else NotAuthenticated
    return await find_products(reader, query, user)


async def find_products(
    reader: Reader, query: ProductParameters, user: AuthenticatedUser | None
) -> PageRows[ProductRow]:
    """Return the page of the products that match the query and that the user may see."""
    rows = queries.filtered(
        queries.visible_to(queries.PRODUCTS, user),
        search=query.search is not None,
        category=query.category is not None,
        min_price=query.min_price is not None,
        max_price=query.max_price is not None,
        in_stock=query.in_stock,
        is_active=query.is_active,
    )
    return await fetch_page(
        reader, ProductRow, rows, dict(query), ordering=query.ordering, after=query.cursor, limit=query.limit
    )


@router.get(
    "/{slug:product}",
    response_model=ProductOut,
    summary="Show a product",
    responses=error_responses(404),
    openapi_extra=OPTIONAL_AUTH,
)
async def get_product(slug: ProductSlugPath, user: OptionalUser, reader: ReaderDep) -> ProductRow | Response:
    """Only staff can see inactive products."""
    if get_settings().caching and not (user and user.is_staff):
        return Response(await public.product_json(reader, slug=slug), media_type="application/json")
    product = queries.visible_to(queries.PRODUCT, user)
    return await reader.fetch_one_or_not_found(ProductRow, product, {"slug": slug_or_not_found(slug)})
    # --8<-- [end:reads]


@router.post("", status_code=201, response_model=ProductOut, summary="Create a product", responses=error_responses(403))
async def create_product(body: NewProduct, user: StaffUser, response: Response, session: WriteSessionDep) -> Product:
    """For staff. The slug is generated from the name and does not change with it."""
    product = await services.create_product(session, created_by=user, **dict(body))
    response.headers["Location"] = router.url_path_for("get_product", slug=product.slug)
    return product


@router.patch(
    "/{slug:product}",
    response_model=ProductOut,
    dependencies=[StaffOnly],
    summary="Change a product",
    responses=error_responses(403, 404),
)
async def update_product(slug: ProductSlugPath, body: ProductChanges, session: WriteSessionDep) -> Product:
    """For staff."""
    return await services.update_product(session, slug=slug, changes=body)


@router.delete(
    "/{slug:product}",
    status_code=204,
    response_class=Response,
    dependencies=[StaffOnly],
    summary="Delete a product",
    responses=error_responses(403, 404, conflicts=("product_in_use",)),
)
async def delete_product(slug: ProductSlugPath, session: WriteSessionDep) -> None:
    """For staff. A product that has been ordered cannot be deleted, only made inactive."""
    await services.delete_product(session, slug=slug)


# --8<-- [start:adjust-stock]
@router.post(
    "/{slug}/adjust-stock",
    response_model=ProductOut,
    dependencies=[StaffOnly],
    summary="Add or remove pieces",
    responses=error_responses(403, 404, conflicts=("out_of_stock", "stock_limit_exceeded")),
)
async def adjust_stock(slug: ProductSlugPath, body: StockAdjustment, session: WriteSessionDep) -> Product:
    """For staff. Concurrent adjustments are all applied."""
    return await services.adjust_stock(session, slug=slug, quantity=body.quantity)
    # --8<-- [end:adjust-stock]


# --8<-- [start:image]
async def store_image(
    form: Annotated[NewProductImage, Form(media_type="multipart/form-data")],
) -> AsyncIterator[str]:
    """Yield the name of the stored image. Its file is deleted if the request fails."""
    try:
        image = await normalize_image(form.image.file)
    except InvalidImage as error:
        details = {"type": error.code, "loc": ("body", "image"), "msg": error.code, "ctx": {"limit": error.limit}}
        raise RequestValidationError([details]) from error
    async with stored(image) as name:
        yield name


# A route declares it before the session, so that it ends after the commit.
StoredImageDep = Annotated[str, Depends(store_image, scope="function")]


@router.put(
    "/{slug}/image",
    response_model=ProductOut,
    dependencies=[StaffOnly],
    summary="Set the image of a product",
    responses=error_responses(403, 404),
    max_body_size=IMAGES["max_form_bytes"],
    form_limits={"max_part_size": IMAGES["max_form_bytes"]},
)
async def set_product_image(slug: ProductSlugPath, image: StoredImageDep, session: WriteSessionDep) -> Product:
    """For staff. A form with the file as `image`: JPEG, PNG or WebP, at most 5 MiB.

    The content decides the format, not the name. The image is stored upright, without its metadata, and with at most
    2048 pixels on a side.
    """
    return await services.set_product_image(session, slug=slug, image=image)


@router.delete(
    "/{slug}/image",
    status_code=204,
    response_class=Response,
    dependencies=[StaffOnly],
    summary="Delete the image of a product",
    responses=error_responses(403, 404),
)
async def delete_product_image(slug: ProductSlugPath, session: WriteSessionDep) -> None:
    """For staff. A product without an image is 404."""
    await services.delete_product_image(session, slug=slug)
    # --8<-- [end:image]
