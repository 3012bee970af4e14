from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    Update,
    Uuid,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from fastapi_impl.categories.models import Category
from fastapi_impl.common.database.statements import Statement, cached_statement
from fastapi_impl.products.models import Product
from fastapi_impl.users.queries import AuthenticatedUser

FEATURED_LIMIT = 10


@cached_statement
def products() -> Statement:
    """What an answer shows of products and their category."""
    return select(
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


def visible_to(user: AuthenticatedUser | None) -> Statement:
    """Products that the user may see: inactive ones exist for staff only."""
    return products() if user and user.is_staff else active(products())


@cached_statement
def active(rows: Statement) -> Statement:
    """Products that everybody may see and buy."""
    return rows.where(Product.is_active)


@cached_statement
def in_category(rows: Statement) -> Statement:
    """Products directly in the category of the slug `category`."""
    # As one value, not as a join, so that the (category, created_at, id) index gives the page in order.
    category = aliased(Category)
    of_this_slug = select(category.id).where(category.slug == bindparam("category"))
    return rows.where(Product.category_id == of_this_slug.scalar_subquery())


@cached_statement
def with_min_price(rows: Statement) -> Statement:
    """Products of the price `min_price` or more."""
    return rows.where(Product.price >= bindparam("min_price"))


@cached_statement
def with_max_price(rows: Statement) -> Statement:
    """Products of the price `max_price` or less."""
    return rows.where(Product.price <= bindparam("max_price"))


@cached_statement
def in_stock(rows: Statement, wanted: bool) -> Statement:
    """Products of which at least one piece is there, or those of which none is."""
    return rows.where(Product.stock > 0 if wanted else Product.stock == 0)


@cached_statement
def with_active(rows: Statement, wanted: bool) -> Statement:
    """Products that are sold, or those that are not."""
    return rows.where(Product.is_active if wanted else ~Product.is_active)


@cached_statement
def matching(rows: Statement) -> Statement:
    """Products with a word that starts with each of those of the value `search`; none where there is no word."""
    return rows.where(
        Product.__table__.c.search_vector.bool_op("@@")(words_that_start_with(bindparam("search", type_=Text)))
    )


@cached_statement
def featured() -> Statement:
    """The newest products that can be bought."""
    rows = in_stock(active(products()), True)
    return rows.order_by(Product.created_at.desc(), Product.id.desc()).limit(FEATURED_LIMIT)


def words_that_start_with(words: ColumnElement[str]) -> ColumnElement[str]:
    """Return the query for words that start with each of `words`, split as the search vector is; NULL where none is."""
    split = func.nullif(func.trim(func.regexp_replace(words, "[^[:alnum:]]+", " ", "g")), "")
    return func.to_tsquery("simple", func.replace(split, " ", ":* & ").concat(":*"))


# --8<-- [start:stock-changes]
@cached_statement
def apply_stock_deltas() -> Update:
    """The change that adds `quantities` to the stock of the products `ids`, in the same order."""
    changes = (
        func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("quantities", type_=ARRAY(Integer)))
        .table_valued(column("id", Uuid), column("quantity", Integer), name="changes")
        .render_derived()
    )
    change = update(Product).where(Product.id == changes.c.id)
    change = change.values(stock=Product.stock + changes.c.quantity, updated_at=func.statement_timestamp())
    return change.execution_options(synchronize_session=False)
    # --8<-- [end:stock-changes]
