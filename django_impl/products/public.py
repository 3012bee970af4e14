"""What everybody may see of products, as the body of the response. It comes from the cache."""

from django_impl.common.caching.entries import get_or_load
from django_impl.common.database.rows import get_or_not_found
from django_impl.common.exceptions import NotFound
from django_impl.common.http.renderers import dump_json
from django_impl.common.slugs import SLUG
from django_impl.products.cache import FEATURED, names_of
from django_impl.products.models import Product
from django_impl.products.serializers import FeaturedProducts, ProductOut

ACTIVE = ProductOut.select_columns(Product.objects.active())


# --8<-- [start:public]
def featured_products_json() -> bytes:
    """Return the featured products."""
    return get_or_load(FEATURED, _load_featured)


def product_json(*, slug: str) -> bytes:
    """Return an active product. Raises NotFound."""
    if not SLUG.fullmatch(slug):
        raise NotFound
    return get_or_load(names_of(slug), lambda: _load_product(slug))


def _load_featured() -> bytes:
    products = ProductOut.select_columns(Product.objects.featured())
    return dump_json(FeaturedProducts({"items": products}).data).encode()


def _load_product(slug: str) -> bytes:
    return dump_json(ProductOut(get_or_not_found(ACTIVE.by_slug(slug))).data).encode()
    # --8<-- [end:public]
