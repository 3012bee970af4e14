"""`fastapi-sqlalchemy` and Pydantic: the implementation's models read the query and write the response.

The implementation adds the contract to this: middleware, tokens, strict requests, common headers and problems.
"""

from typing import Annotated

from fastapi import FastAPI, Query

from benchmarks.layers.fastapi_sqlalchemy import not_found, open_engine, ready
from fastapi_impl.common.database.dependencies import ReaderDep
from fastapi_impl.common.exceptions import NotFound
from fastapi_impl.common.validation.lookups import slug_or_not_found
from fastapi_impl.common.validation.pagination import PageRows, fetch_page
from fastapi_impl.products import queries
from fastapi_impl.products.queries import ProductRow
from fastapi_impl.products.schemas import ProductOut, ProductPage, ProductParameters, ProductSlugPath

app = FastAPI(lifespan=open_engine, exception_handlers={NotFound: not_found})


@app.get("/api/products/{slug}", response_model=ProductOut)
async def product(slug: ProductSlugPath, reader: ReaderDep) -> ProductRow:
    """Return one product by its slug."""
    parameters = {"slug": slug_or_not_found(slug)}
    return await reader.fetch_one_or_not_found(ProductRow, queries.active(queries.PRODUCT), parameters)


@app.get("/api/products", response_model=ProductPage)
async def products(query: Annotated[ProductParameters, Query()], reader: ReaderDep) -> PageRows[ProductRow]:
    """Return a page of products."""
    rows = queries.filtered(
        queries.active(queries.PRODUCTS),
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


app.add_api_route("/readyz", ready)
