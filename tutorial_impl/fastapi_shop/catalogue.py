"""Categories and products."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from tutorial_impl.fastapi_shop.database import Category, Product, SessionDep, User
from tutorial_impl.fastapi_shop.schemas import (
    CategoryCreate,
    CategoryPublic,
    CategoryUpdate,
    FilterParams,
    ProductCreate,
    ProductPublic,
    ProductUpdate,
    StockChange,
)
from tutorial_impl.fastapi_shop.security import CurrentStaff, OptionalUser

router = APIRouter(prefix="/api")


def get_category(session: Session, slug: str) -> Category:
    category = session.scalars(select(Category).where(Category.slug == slug)).first()
    if not category:
        raise HTTPException(status_code=404, detail="Category not found")
    return category


def get_product(session: Session, slug: str, user: User | None = None) -> Product:
    product = session.scalars(select(Product).options(joinedload(Product.category)).where(Product.slug == slug)).first()
    if not product or not (product.is_active or (user and user.is_staff)):
        raise HTTPException(status_code=404, detail="Product not found")
    return product


@router.get("/categories", response_model=list[CategoryPublic])
def read_categories(
    session: SessionDep, offset: int = 0, limit: Annotated[int, Query(le=100)] = 20
) -> Sequence[Category]:
    categories = select(Category).options(joinedload(Category.parent), undefer(Category.product_count))
    return session.scalars(categories.order_by(Category.name).offset(offset).limit(limit)).all()


@router.post("/categories", response_model=CategoryPublic, status_code=201)
def create_category(category: CategoryCreate, session: SessionDep, staff: CurrentStaff) -> Category:
    parent = get_category(session, category.parent) if category.parent else None
    db_category = Category(name=category.name, description=category.description, parent=parent)
    session.add(db_category)
    session.commit()
    session.refresh(db_category)
    return db_category


@router.get("/categories/{slug}", response_model=CategoryPublic)
def read_category(slug: str, session: SessionDep) -> Category:
    return get_category(session, slug)


@router.patch("/categories/{slug}", response_model=CategoryPublic)
def update_category(slug: str, category: CategoryUpdate, session: SessionDep, staff: CurrentStaff) -> Category:
    db_category = get_category(session, slug)
    for key, value in category.model_dump(exclude_unset=True).items():
        if key == "parent":
            db_category.parent = get_category(session, value) if value else None
        else:
            setattr(db_category, key, value)
    session.commit()
    session.refresh(db_category)
    return db_category


@router.delete("/categories/{slug}", status_code=204)
def delete_category(slug: str, session: SessionDep, staff: CurrentStaff) -> None:
    session.delete(get_category(session, slug))
    session.commit()


@router.get("/products", response_model=list[ProductPublic])
def read_products(
    session: SessionDep, user: OptionalUser, params: Annotated[FilterParams, Query()]
) -> Sequence[Product]:
    products = select(Product).options(joinedload(Product.category))
    if not (user and user.is_staff):
        products = products.where(Product.is_active)
    if params.is_active is not None:
        products = products.where(Product.is_active == params.is_active)
    if params.search:
        products = products.where(
            or_(Product.name.icontains(params.search), Product.description.icontains(params.search))
        )
    if params.category:
        products = products.where(Product.category.has(Category.slug == params.category))
    if params.min_price is not None:
        products = products.where(Product.price >= params.min_price)
    if params.max_price is not None:
        products = products.where(Product.price <= params.max_price)
    if params.in_stock is not None:
        products = products.where(Product.stock > 0 if params.in_stock else Product.stock == 0)
    column = getattr(Product, params.ordering.removeprefix("-"))
    products = products.order_by(column.desc() if params.ordering.startswith("-") else column)
    return session.scalars(products.offset(params.offset).limit(params.limit)).all()


@router.get("/products/featured", response_model=list[ProductPublic])
def read_featured(session: SessionDep) -> Sequence[Product]:
    products = select(Product).options(joinedload(Product.category)).where(Product.is_active, Product.stock > 0)
    return session.scalars(products.order_by(Product.created_at.desc()).limit(10)).all()


@router.post("/products", response_model=ProductPublic, status_code=201)
def create_product(product: ProductCreate, session: SessionDep, staff: CurrentStaff) -> Product:
    category = get_category(session, product.category)
    db_product = Product(**product.model_dump(exclude={"category"}), category=category, created_by_id=staff.id)
    session.add(db_product)
    session.commit()
    session.refresh(db_product)
    return db_product


@router.get("/products/{slug}", response_model=ProductPublic)
def read_product(slug: str, session: SessionDep, user: OptionalUser) -> Product:
    return get_product(session, slug, user)


@router.patch("/products/{slug}", response_model=ProductPublic)
def update_product(slug: str, product: ProductUpdate, session: SessionDep, staff: CurrentStaff) -> Product:
    db_product = get_product(session, slug, staff)
    for key, value in product.model_dump(exclude_unset=True).items():
        if key == "category":
            db_product.category = get_category(session, value)
        else:
            setattr(db_product, key, value)
    session.commit()
    session.refresh(db_product)
    return db_product


@router.delete("/products/{slug}", status_code=204)
def delete_product(slug: str, session: SessionDep, staff: CurrentStaff) -> None:
    session.delete(get_product(session, slug, staff))
    session.commit()


@router.post("/products/{slug}/adjust-stock", response_model=ProductPublic)
def adjust_stock(slug: str, change: StockChange, session: SessionDep, staff: CurrentStaff) -> Product:
    product = get_product(session, slug, staff)
    if product.stock + change.quantity < 0:
        raise HTTPException(status_code=400, detail="Not enough stock")
    product.stock += change.quantity
    session.commit()
    session.refresh(product)
    return product
