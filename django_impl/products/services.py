from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, Value, When
from django.db.models.functions import Now

from django_impl.common.database.constraints import unique
from django_impl.common.database.locks import advisory_lock
from django_impl.common.database.rows import found
from django_impl.common.exceptions import (
    CategoryInUse,
    FieldError,
    InvalidRequest,
    OutOfStock,
    ProductInUse,
    StockLimitExceeded,
)
from django_impl.common.slugs import free_slug, slug_base, slug_stem
from django_impl.contract import MAX_INT32
from django_impl.products.models import Category, Product
from django_impl.users.models import User

FEATURED = {"featured"}  # the path of another list


def create_category(*, name: str, description: str, parent: str | None) -> Category:
    """Store a category with a slug made from its name; `parent` is a slug.

    Raises: InvalidRequest (`unknown_category`, `not_unique`).
    """
    category = Category(name=name, description=description)
    category.parent = _kept_category(parent, "/parent") if parent else None
    base = slug_base(name, longest=100, otherwise="category")
    advisory_lock(f"categories.slug:{slug_stem(base)}")
    category.slug = free_slug(base, Category.objects.slugs_like(base))
    with unique("categories_name_key", "/name"):
        category.save()
    return Category.objects.with_details().get(pk=category.pk)


def update_category(*, slug: str, changes: Mapping[str, Any]) -> Category:
    """Change what `changes` names; `parent` is a slug or null.

    Raises: NotFound, InvalidRequest (`unknown_category`, `cycle`, `not_unique`).
    """
    if "parent" in changes:
        advisory_lock("categories.tree")  # before any row, so that two moves cannot wait for one another
    category = found(Category.objects.called(slug).kept())
    for name, value in changes.items():
        setattr(category, name, _new_parent(category, value) if name == "parent" else value)
    if changes:
        with unique("categories_name_key", "/name"):
            category.save(update_fields=list(changes))
    return Category.objects.with_details().get(pk=category.pk)


def delete_category(*, slug: str) -> None:
    """Delete a category that has neither products nor subcategories.

    Raises: NotFound, CategoryInUse.
    """
    category = found(Category.objects.called(slug).select_for_update())
    in_use = Exists(category.products.all()) | Exists(category.children.all())
    if Category.objects.filter(in_use, pk=category.pk).exists():
        raise CategoryInUse
    category.delete()


def create_product(
    *, created_by: User, name: str, description: str, price: Decimal, stock: int, category: str, is_active: bool
) -> Product:
    """Store a product with a slug made from its name; `category` is a slug.

    Raises: InvalidRequest (`unknown_category`).
    """
    product = Product(name=name, description=description, price=price, stock=stock, is_active=is_active)
    product.created_by = created_by
    product.category = _kept_category(category, "/category")
    base = slug_base(name, longest=200, otherwise="product")
    advisory_lock(f"products.slug:{slug_stem(base)}")
    product.slug = free_slug(base, Product.objects.slugs_like(base) | FEATURED)
    product.save()
    return product


def update_product(*, slug: str, changes: Mapping[str, Any]) -> Product:
    """Change what `changes` names; `category` is a slug.

    Raises: NotFound, InvalidRequest (`unknown_category`).
    """
    product = _kept_product(slug)
    for name, value in changes.items():
        setattr(product, name, _kept_category(value, "/category") if name == "category" else value)
    if changes:
        product.updated_at = Now()
        product.save(update_fields=[*changes, "updated_at"])
    return product


def delete_product(*, slug: str) -> None:
    """Delete a product that was never ordered.

    Raises: NotFound, ProductInUse.
    """
    product = found(Product.objects.called(slug).select_for_update())
    if product.order_items.exists():
        raise ProductInUse
    product.delete()


# --8<-- [start:adjust-stock]
def adjust_stock(*, slug: str, quantity: int) -> Product:
    """Add `quantity` pieces, or remove them where it is negative.

    Raises: NotFound, OutOfStock, StockLimitExceeded.
    """
    product = _kept_product(slug)
    product.stock = _stock(product, quantity)
    product.updated_at = Now()
    product.save(update_fields=["stock", "updated_at"])
    return product
    # --8<-- [end:adjust-stock]


# --8<-- [start:stock]
def lock_for_sale(*, slugs: Collection[str]) -> dict[str, Product]:
    """Return the products on sale among `slugs`, by slug, and keep their stock until the transaction ends."""
    products = Product.objects.on_sale().filter(slug__in=slugs).kept().only("slug", "name", "price", "stock")
    return {product.slug: product for product in products}


def take_stock(*, products: Collection[Product], quantities: Mapping[str, int]) -> None:
    """Take `quantities`, by slug, from the stock of locked products.

    Raises: OutOfStock.
    """
    _add_to_stock(products, {slug: -quantity for slug, quantity in quantities.items()})


def return_stock(*, quantities: Mapping[str, int]) -> None:
    """Put `quantities`, by slug, back into stock.

    Raises: StockLimitExceeded.
    """
    _add_to_stock(Product.objects.filter(slug__in=quantities).kept().only("slug", "stock"), quantities)


def _add_to_stock(products: Iterable[Product], quantities: Mapping[str, int]) -> None:
    changes = []
    for product in products:
        _stock(product, quantities[product.slug])
        changes.append(When(id=product.id, then=Value(quantities[product.slug])))
    change = Case(*changes, output_field=IntegerField())
    changed = Product.objects.filter(slug__in=quantities)
    changed.update(stock=F("stock") + change, updated_at=Now())


def _stock(product: Product, change: int) -> int:
    """Return the stock after `change`, if there may be as much."""
    stock = product.stock + change
    if stock < 0:
        raise OutOfStock
    if stock > MAX_INT32:
        raise StockLimitExceeded
    return stock
    # --8<-- [end:stock]


def _kept_product(slug: str) -> Product:
    """Return the product with its category; nobody can change or delete the product until the transaction ends."""
    # The category is not joined: the product may be moved to another one while its lock is waited for.
    return found(Product.objects.called(slug).kept().prefetch_related("category").defer("search_vector"))


def _kept_category(slug: str, pointer: str) -> Category:
    """Return the category, which nobody can delete until the transaction ends."""
    try:
        return Category.objects.filter(slug=slug).kept().get()
    except Category.DoesNotExist as error:
        raise InvalidRequest([FieldError("body", pointer, "unknown_category")]) from error


def _new_parent(category: Category, slug: str | None) -> Category | None:
    """Return the category that shall stand above `category`, which may not stand above that one."""
    if slug is None:
        return None
    parent = _kept_category(slug, "/parent")
    if Category.objects.is_above(category, parent):
        raise InvalidRequest([FieldError("body", "/parent", "cycle")])
    return parent
