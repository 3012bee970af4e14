from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from fastapi_impl.categories.models import Category
from fastapi_impl.common.database.statements import Statement, cached_statement
from fastapi_impl.products.models import Product


@cached_statement
def categories() -> Statement:
    """What an answer shows of categories, with their parent and the number of active products directly in each."""
    parent = aliased(Category)
    number = select(func.count()).where(Product.category_id == Category.id, Product.is_active).scalar_subquery()
    shown = (Category.id, Category.name, Category.slug, Category.description, Category.created_at)
    rows = select(*shown, parent.slug.label("parent_slug"), number.label("product_count"))
    return rows.outerjoin(parent, Category.parent_id == parent.id)


def is_above(category: Category, other: Category) -> Select[bool]:
    """Whether `category` is `other` or one of its ancestors."""
    line = select(Category.id, Category.parent_id).where(Category.id == other.id).cte("line", recursive=True)
    above = aliased(Category)
    line = line.union(select(above.id, above.parent_id).join(line, above.id == line.c.parent_id))
    return select(exists().where(line.c.id == category.id))
