from collections.abc import Mapping
from typing import Any

from django.db.models import Exists

from django_impl.categories.models import Category
from django_impl.categories.queries import is_ancestor_or_self
from django_impl.common.database.constraints import unique_violation_as_invalid_request
from django_impl.common.database.locks import advisory_lock
from django_impl.common.database.rows import get_or_not_found
from django_impl.common.exceptions import CategoryInUse, FieldError, InvalidRequest
from django_impl.common.slugs import free_slug, slug_base, slug_stem
from django_impl.products.cache import drop_all_products
from django_impl.products.models import Product


def create_category(*, name: str, description: str, parent: str | None) -> Category:
    """Store a category with a slug made from its name; `parent` is a slug.

    Raises: InvalidRequest (`unknown_category`, `not_unique`).
    """
    category = Category(name=name, description=description)
    category.parent = lock_category(slug=parent, pointer="/parent") if parent else None
    base = slug_base(name, max_length=100, otherwise="category")
    advisory_lock(f"categories.slug:{slug_stem(base)}")
    category.slug = free_slug(base, Category.objects.slugs_like(base))
    with unique_violation_as_invalid_request("categories_name_key", "/name"):
        category.save()
    return _with_details(category)


def update_category(*, slug: str, changes: Mapping[str, Any]) -> Category:
    """Change the fields in `changes`; `parent` is a slug or None.

    Raises: NotFound, InvalidRequest (`unknown_category`, `cycle`, `not_unique`).
    """
    if "parent" in changes:
        advisory_lock("categories.tree")  # before any row lock, so that two moves cannot deadlock
    category = get_or_not_found(Category.objects.by_slug(slug).locked())
    for name, value in changes.items():
        setattr(category, name, _new_parent(category, value) if name == "parent" else value)
    if changes:
        with unique_violation_as_invalid_request("categories_name_key", "/name"):
            category.save(update_fields=list(changes))
    if "name" in changes:
        drop_all_products()
    return _with_details(category)


def delete_category(*, slug: str) -> None:
    """Delete a category that has neither products nor subcategories.

    Raises: NotFound, CategoryInUse.
    """
    category = get_or_not_found(Category.objects.by_slug(slug).select_for_update())
    in_use = Exists(category.products.all()) | Exists(category.children.all())
    if Category.objects.filter(in_use, pk=category.pk).exists():
        raise CategoryInUse
    category.delete()


def lock_category(*, slug: str, pointer: str) -> Category:
    """Return the category `slug`, locked against deletion until the transaction ends.

    Raises: InvalidRequest (`unknown_category` at `pointer`).
    """
    try:
        return Category.objects.filter(slug=slug).locked().get()
    except Category.DoesNotExist as error:
        raise InvalidRequest([FieldError("body", pointer, "unknown_category")]) from error


def _with_details(category: Category) -> Category:
    return Category.objects.with_details(products=Product.objects.active()).get(pk=category.pk)


def _new_parent(category: Category, slug: str | None) -> Category | None:
    """Return the locked new parent of `category`, or None at the top.

    Raises: InvalidRequest (`unknown_category`, `cycle`).
    """
    if slug is None:
        return None
    parent = lock_category(slug=slug, pointer="/parent")
    if is_ancestor_or_self(category, parent):
        raise InvalidRequest([FieldError("body", "/parent", "cycle")])
    return parent
