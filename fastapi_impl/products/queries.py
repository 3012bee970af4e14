"""Statements for products. Values are passed as bind parameters, for example `slug`."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Text, Uuid, any_, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased, selectinload

from fastapi_impl.categories.models import Category
from fastapi_impl.common.database.statements import Statement, cached_statement, slugs_like
from fastapi_impl.products.models import Product
from fastapi_impl.users.queries import AuthenticatedUser

FEATURED_LIMIT = 10


class ProductRow(NamedTuple):
    """The columns of `PRODUCTS`: the product and its category in a response."""

    id: UUID
    name: str
    slug: str
    description: str
    price: Decimal
    stock: int
    image: str | None
    is_active: bool
    is_in_stock: bool
    created_at: datetime
    updated_at: datetime
    category_slug: str
    category_name: str


class StockRow(NamedTuple):
    """The columns of `LOCKED_STOCK`: the data for an order."""

    id: UUID
    slug: str
    name: str
    price: Decimal
    stock: int


def words_that_start_with(words: ColumnElement[str]) -> ColumnElement[str]:
    """Return the query for words that start with each of `words`, split like the search vector; NULL without words."""
    split = func.nullif(func.trim(func.regexp_replace(words, "[^[:alnum:]]+", " ", "g")), "")
    return func.to_tsquery("simple", func.replace(split, " ", ":* & ").concat(":*"))


PRODUCTS = select(
    Product.id,
    Product.name,
    Product.slug,
    Product.description,
    Product.price,
    Product.stock,
    Product.image,
    Product.is_active,
    Product.is_in_stock,
    Product.created_at,
    Product.updated_at,
    Category.slug.label("category_slug"),
    Category.name.label("category_name"),
).join(Product.category)
PRODUCT = PRODUCTS.where(Product.slug == bindparam("slug"))
FEATURED = (
    PRODUCTS.where(Product.is_active, Product.stock > 0)
    .order_by(Product.created_at.desc(), Product.id.desc())
    .limit(FEATURED_LIMIT)
)

FILTERED = aliased(Category)
# One value, not a join, so that the (category, created_at, id) index gives the page in order.
CATEGORY_ID = select(FILTERED.id).where(FILTERED.slug == bindparam("category")).scalar_subquery()


def visible_to[S: Statement](products: S, user: AuthenticatedUser | None) -> S:
    """Return the statement for the products that the user may see. Only staff can see inactive products."""
    return products if user and user.is_staff else active(products)


@cached_statement
def active[S: Statement](products: S) -> S:
    """Return the statement for active products."""
    return products.where(Product.is_active)


@cached_statement
def filtered(
    products: Statement,
    *,
    search: bool,
    category: bool,
    min_price: bool,
    max_price: bool,
    in_stock: bool | None,
    is_active: bool | None,
) -> Statement:
    """Return the statement with the conditions of the filters that are used. Their values are bind parameters.

    `in_stock` and `is_active` are values, because the condition depends on the value.
    """
    if search:
        words = words_that_start_with(bindparam("search", type_=Text))
        products = products.where(Product.__table__.c.search_vector.bool_op("@@")(words))
    if category:
        products = products.where(Product.category_id == CATEGORY_ID)
    if min_price:
        products = products.where(Product.price >= bindparam("min_price"))
    if max_price:
        products = products.where(Product.price <= bindparam("max_price"))
    if in_stock is not None:
        products = products.where(Product.stock > 0 if in_stock else Product.stock == 0)
    if is_active is not None:
        products = products.where(Product.is_active if is_active else ~Product.is_active)
    return products


BY_SLUG = select(Product).where(Product.slug == bindparam("slug"))
# Until the transaction ends, other transactions cannot change or delete the row. The category comes in a statement of
# its own: the product may be moved to another category while this transaction waits for the lock.
LOCKED = BY_SLUG.options(selectinload(Product.category)).with_for_update(key_share=True)
# Other transactions cannot insert a row that refers to it either.
LOCKED_EXCLUSIVELY = BY_SLUG.with_for_update()

# In the order of ids, so that two transactions that lock the same products do not deadlock.
LOCKED_STOCK = (
    select(Product.id, Product.slug, Product.name, Product.price, Product.stock)
    .where(Product.slug == any_(bindparam("slugs", type_=ARRAY(Text))))
    .order_by(Product.id)
    .with_for_update(key_share=True)
)
LOCKED_STOCK_FOR_SALE = LOCKED_STOCK.where(Product.is_active)

SLUGS_LIKE = slugs_like(Product.slug)

# --8<-- [start:stock-changes]
# Pairs of the parameters `ids` and `quantities`, as rows.
CHANGES = (
    func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("quantities", type_=ARRAY(Integer)))
    .table_valued(column("id", Uuid), column("quantity", Integer), name="changes")
    .render_derived()
)
ADD_TO_STOCK = (
    update(Product)
    .where(Product.id == CHANGES.c.id)
    .values(stock=Product.stock + CHANGES.c.quantity, updated_at=func.statement_timestamp())
    .execution_options(synchronize_session=False)
)
# --8<-- [end:stock-changes]
