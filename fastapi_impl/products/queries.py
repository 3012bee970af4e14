import re

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, with_expression
from sqlalchemy.orm.attributes import InstrumentedAttribute

from fastapi_impl.common.errors import NotFound
from fastapi_impl.common.fields import SLUG
from fastapi_impl.products.models import Category, Product
from fastapi_impl.users.models import User

FEATURED = 10


def categories() -> Select[Category]:
    """Categories with their parent, and the number of active products directly in each."""
    active = select(func.count()).where(Product.category_id == Category.id, Product.is_active).scalar_subquery()
    return select(Category).options(joinedload(Category.parent), with_expression(Category.product_count, active))


def products() -> Select[Product]:
    """Products with what an answer shows of their category."""
    category = joinedload(Product.category, innerjoin=True).load_only(Category.slug, Category.name, raiseload=True)
    return select(Product).options(category)


def called[T: (Category, Product)](rows: Select[T], slug: str) -> Select[T]:
    """The one of this slug; raises NotFound for what no slug looks like."""
    if not re.fullmatch(SLUG, slug):
        raise NotFound
    return rows.filter_by(slug=slug)


def kept[T: (Category, Product)](rows: Select[T]) -> Select[T]:
    """Keep others from changing or deleting the rows until the transaction ends; locks in the order of ids."""
    model = rows.column_descriptions[0]["entity"]
    return rows.order_by(model.id).with_for_update(of=model, key_share=True)


def is_above(category: Category, other: Category) -> Select[bool]:
    """Whether `category` is `other` or one of its ancestors."""
    line = select(Category.id, Category.parent_id).where(Category.id == other.id).cte("line", recursive=True)
    above = aliased(Category)
    line = line.union(select(above.id, above.parent_id).join(line, above.id == line.c.parent_id))
    return select(exists().where(line.c.id == category.id))


def slugs_like(column: InstrumentedAttribute[str], base: str) -> Select[str]:
    """The slugs that are the base or begin with it and a hyphen."""
    # A range, which the index of the column serves whatever the base is; "." is what comes after "-".
    return select(column).where(or_(column == base, (column >= f"{base}-") & (column < f"{base}.")))


def visible_to(user: User | None) -> Select[Product]:
    """Products that the user may see: inactive ones exist for staff only."""
    return products() if user and user.is_staff else on_sale(products())


def on_sale(rows: Select[Product]) -> Select[Product]:
    """Products that everybody may see and buy."""
    return rows.where(Product.is_active)


def in_category(rows: Select[Product], slug: str) -> Select[Product]:
    """Products directly in the category of this slug."""
    # As one value, not as a join, so that the (category, created_at, id) index gives the page in order.
    return rows.where(Product.category_id == select(Category.id).where(Category.slug == slug).scalar_subquery())


def in_stock(rows: Select[Product], wanted: bool) -> Select[Product]:
    """Products of which at least one piece is there, or those of which none is."""
    return rows.where(Product.stock > 0 if wanted else Product.stock == 0)


def matching(rows: Select[Product], words: str) -> Select[Product]:
    """Products with a word that starts with each of `words`; none where there is no word."""
    return rows.where(Product.search_vector.bool_op("@@")(words_that_start_with(words)))


def featured() -> Select[Product]:
    """The newest products that can be bought."""
    rows = in_stock(on_sale(products()), True)
    return rows.order_by(Product.created_at.desc(), Product.id.desc()).limit(FEATURED)


def words_that_start_with(words: str) -> ColumnElement[str]:
    """Return the query for words that start with each of `words`, split as the search vector is; NULL where none is."""
    split = func.nullif(func.trim(func.regexp_replace(words, "[^[:alnum:]]+", " ", "g")), "")
    return func.to_tsquery("simple", func.replace(split, " ", ":* & ").concat(":*"))
