from typing import Annotated, TypedDict

from fastapi import Path
from pydantic import Field, with_config

from fastapi_impl.common.slugs import SLUG
from fastapi_impl.common.validation.cursors import Position
from fastapi_impl.common.validation.fields import MULTI_LINE, SINGLE_LINE, CountOut, DateTimeOut, IDOut, json_schema
from fastapi_impl.common.validation.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from fastapi_impl.common.validation.schemas import STRICT, Input, Output

CategoryName = Annotated[str, Field(min_length=1, max_length=100), SINGLE_LINE]
CategoryDescription = Annotated[str, Field(min_length=0, max_length=1000), MULTI_LINE]
CategorySlug = Annotated[str, Field(min_length=1, max_length=120, json_schema_extra={"pattern": SLUG}), SINGLE_LINE]

CategorySlugPath = Annotated[
    str, Path(description="Slug of the category."), json_schema(minLength=1, maxLength=120, pattern=SLUG)
]

CategoryNameOut = Annotated[str, json_schema(minLength=1, maxLength=100, pattern=SINGLE_LINE.pattern)]
CategoryDescriptionOut = Annotated[str, json_schema(minLength=0, maxLength=1000, pattern=MULTI_LINE.pattern)]
CategorySlugOut = Annotated[str, json_schema(minLength=1, maxLength=120, pattern=SLUG)]

PARENT = "Slug of the category above it, or null at the top."


class NewCategory(Input):
    name: CategoryName
    description: CategoryDescription = ""
    parent: Annotated[CategorySlug | None, Field(description=PARENT)] = None


# A TypedDict has no defaults. The fields of a model would need defaults, although none of these fields has one.
@with_config(STRICT)
class CategoryChanges(TypedDict, total=False):
    """Fields that are not sent do not change."""

    name: CategoryName
    description: CategoryDescription
    parent: Annotated[CategorySlug | None, Field(description=PARENT)]


class CategoryOut(Output):
    id: IDOut
    name: CategoryNameOut
    slug: CategorySlugOut
    description: CategoryDescriptionOut
    parent: Annotated[CategorySlugOut | None, Field(validation_alias="parent_slug", description=PARENT)]
    product_count: Annotated[CountOut, Field(description="Active products directly in the category.")]
    created_at: DateTimeOut


class CategoryPage(Page[CategoryOut]):
    pass


class CategoryParameters(Input):
    limit: Limit = DEFAULT_LIMIT
    cursor: Annotated[Position | None, Cursor("name")] = None
