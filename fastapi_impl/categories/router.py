from typing import Annotated

from fastapi import APIRouter, Query, Response

from fastapi_impl.categories import queries, services
from fastapi_impl.categories.queries import CategoryRow
from fastapi_impl.categories.schemas import (
    CategoryChanges,
    CategoryOut,
    CategoryPage,
    CategoryParameters,
    CategorySlugPath,
    NewCategory,
)
from fastapi_impl.common.database.dependencies import ReaderDep, WriteSessionDep
from fastapi_impl.common.http.responses import OPTIONAL_AUTH, error_responses
from fastapi_impl.common.http.routes import ContractRoute
from fastapi_impl.common.validation.lookups import slug_or_not_found
from fastapi_impl.common.validation.pagination import PageRows, fetch_page
from fastapi_impl.users.dependencies import StaffOnly, ValidateToken

router = APIRouter(
    prefix="/api/categories", tags=["categories"], route_class=ContractRoute, responses=error_responses(401, 429, 503)
)


@router.get(
    "",
    response_model=CategoryPage,
    dependencies=[ValidateToken],
    summary="List categories by name",
    openapi_extra=OPTIONAL_AUTH,
)
async def list_categories(query: Annotated[CategoryParameters, Query()], reader: ReaderDep) -> PageRows[CategoryRow]:
    """Each category has the number of active products directly in it."""
    return await fetch_page(
        reader, CategoryRow, queries.CATEGORIES, {}, ordering="name", after=query.cursor, limit=query.limit
    )


@router.get(
    "/{slug}",
    response_model=CategoryOut,
    dependencies=[ValidateToken],
    summary="Show a category",
    responses=error_responses(404),
    openapi_extra=OPTIONAL_AUTH,
)
async def get_category(slug: CategorySlugPath, reader: ReaderDep) -> CategoryRow:
    """The category has the number of active products directly in it."""
    return await reader.fetch_one_or_not_found(CategoryRow, queries.CATEGORY, {"slug": slug_or_not_found(slug)})


@router.post(
    "",
    status_code=201,
    response_model=CategoryOut,
    dependencies=[StaffOnly],
    summary="Create a category",
    responses=error_responses(403),
)
async def create_category(body: NewCategory, response: Response, session: WriteSessionDep) -> CategoryRow:
    """For staff. The slug is generated from the name and does not change with it."""
    category = await services.create_category(session, **dict(body))
    response.headers["Location"] = router.url_path_for("get_category", slug=category.slug)
    return category


@router.patch(
    "/{slug}",
    response_model=CategoryOut,
    dependencies=[StaffOnly],
    summary="Change a category",
    responses=error_responses(403, 404),
)
async def update_category(slug: CategorySlugPath, body: CategoryChanges, session: WriteSessionDep) -> CategoryRow:
    """For staff. A category may not become its own ancestor."""
    return await services.update_category(session, slug=slug, changes=body)


@router.delete(
    "/{slug}",
    status_code=204,
    response_class=Response,
    dependencies=[StaffOnly],
    summary="Delete a category",
    responses=error_responses(403, 404, conflicts=("category_in_use",)),
)
async def delete_category(slug: CategorySlugPath, session: WriteSessionDep) -> None:
    """For staff. Only a category without products and subcategories can be deleted."""
    await services.delete_category(session, slug=slug)
