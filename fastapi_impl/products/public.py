"""What everybody may see of products, as the body of the response. It comes from the cache."""

from fastapi_impl.common.caching.entries import get_or_load
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.validation.lookups import slug_or_not_found
from fastapi_impl.products import queries
from fastapi_impl.products.cache import FEATURED, names_of
from fastapi_impl.products.queries import ProductRow
from fastapi_impl.products.schemas import FeaturedProducts, ProductOut


# --8<-- [start:public]
async def featured_products_json(reader: Reader) -> bytes:
    """Return the featured products."""
    return await get_or_load(FEATURED, lambda: _load_featured(reader))


async def product_json(reader: Reader, *, slug: str) -> bytes:
    """Return an active product. Raises NotFound."""
    slug = slug_or_not_found(slug)
    return await get_or_load(names_of(slug), lambda: _load_product(reader, slug))


async def _load_featured(reader: Reader) -> bytes:
    rows = await reader.fetch_all(ProductRow, queries.FEATURED, {})
    return FeaturedProducts(items=[ProductOut.model_validate(row) for row in rows]).model_dump_json().encode()


async def _load_product(reader: Reader, slug: str) -> bytes:
    row = await reader.fetch_one_or_not_found(ProductRow, queries.active(queries.PRODUCT), {"slug": slug})
    return ProductOut.model_validate(row).model_dump_json().encode()
    # --8<-- [end:public]
