import json
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from fastapi_impl.categories.queries import BY_NAME, CategoryNameRow
from fastapi_impl.common.database.dependencies import ReaderDep
from fastapi_impl.common.database.engine import get_write_sessionmaker
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.exceptions import InvalidCredentials, InvalidRequest, OutOfStock, TooManyRequests
from fastapi_impl.common.validation.fields import parse_int
from fastapi_impl.common.validation.pagination import fetch_page
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import PROBLEMS
from fastapi_impl.orders import queries as order_queries
from fastapi_impl.orders.queries import OrderRow
from fastapi_impl.orders.router import with_items
from fastapi_impl.orders.schemas import NewOrder, OrderOut, OrderParameters
from fastapi_impl.orders.services import RequestedItem, place_order
from fastapi_impl.pages.base import PageRoute
from fastapi_impl.pages.forms import (
    CREDENTIALS,
    FILTERS,
    ORDER,
    ORDERINGS,
    REGISTRATION,
    CheckedForm,
    Form,
    get_checked_form,
    messages_of,
    sent_fields,
    validate,
)
from fastapi_impl.pages.responses import local_path, page, see_other, sign_in_first, templates
from fastapi_impl.pages.sessions import SessionUser, add_notice, get_session_user
from fastapi_impl.products.public import product_json
from fastapi_impl.products.router import find_products
from fastapi_impl.products.schemas import ProductOut, ProductParameters
from fastapi_impl.users import services
from fastapi_impl.users.dependencies import remove_from_session, store_in_session
from fastapi_impl.users.router import request_address
from fastapi_impl.users.schemas import Credentials, Registration
from fastapi_impl.users.throttling import throttle_sign_in
from fastapi_impl.users.tokens import issue_access_token

router = APIRouter(
    include_in_schema=False,
    route_class=PageRoute,
    dependencies=[Depends(get_session_user)],
)

NextPath = Annotated[str, Query(alias="next")]


def path_for(name: str, **parameters: str) -> str:
    """Return the path of a page, escaped as Django's `reverse` does. Starlette does not escape parameters."""
    escaped = {key: quote(text, safe="~:@!$&'()*+,;=") for key, text in parameters.items()}
    return str(router.url_path_for(name, **escaped))


templates.env.globals["path_for"] = path_for


# --8<-- [start:products]
@router.get("/", name="products")
async def products(request: Request, reader: ReaderDep) -> Response:
    """Return a page of the products that match the filters. Unknown parameters are ignored."""
    filters = sent_fields(request.query_params, FILTERS)
    categories = await reader.fetch_all(CategoryNameRow, BY_NAME, {})
    context: dict[str, Any] = {"categories": categories, "orderings": ORDERINGS}
    try:
        query = validate(ProductParameters, filters, in_="query")
    except InvalidRequest as error:
        form = Form(filters, messages_of(error.errors))
        return page(request, "products.html", {**context, "form": form}, status=422)
    rows = await find_products(reader, query, None)
    context |= {
        "form": Form(filters),
        "products": [ProductOut.model_validate(row).model_dump(mode="json") for row in rows.items],
        "next": urlencode({**filters, "cursor": rows.next}) if rows.next else "",
    }
    return page(request, "products.html", context)
    # --8<-- [end:products]


@router.get("/products/{slug}", name="product")
async def product(request: Request, slug: str, reader: ReaderDep) -> Response:
    """Return the page. A product that is not sold does not exist here, also for staff."""
    return await product_page(request, reader, slug, Form({"quantity": "1"}))


async def product_page(request: Request, reader: Reader, slug: str, form: Form, *, status: int = 200) -> Response:
    """Return the page of a product. Raises NotFound."""
    product = json.loads(await product_json(reader, slug=slug))
    return page(request, "product.html", {"product": product, "form": form}, status=status)


# --8<-- [start:order]
@router.post("/products/{slug}/order", name="order")
async def order(request: Request, slug: str, sent: CheckedForm, user: SessionUser, reader: ReaderDep) -> Response:
    """Place the order and lead to the orders, or return the page of the product with the error."""
    if user is None:
        return sign_in_first(path_for("product", slug=slug))
    fields = sent_fields(sent, ORDER)
    try:
        # Not a dependency, which would commit although the page is shown again.
        async with get_write_sessionmaker().begin() as session:
            await place_order(session, customer=user, items=requested_items(slug, fields), key=None)
    except InvalidRequest as error:
        return await product_page(request, reader, slug, Form(fields, messages_of(error.errors)), status=422)
    except OutOfStock as error:
        form = Form(fields, {"quantity": PROBLEMS[error.code]["detail"]})
        return await product_page(request, reader, slug, form, status=409)
    add_notice(request, "Thank you for your order.")
    return see_other(path_for("orders"))


def requested_items(slug: str, fields: Mapping[str, str]) -> list[RequestedItem]:
    """Return the items of the order that the form describes. Raises InvalidRequest."""
    item: dict[str, Any] = {"product": slug}
    if "quantity" in fields:
        item["quantity"] = parse_int(fields["quantity"])
    order = validate(NewOrder, {"items": [item]})
    return [RequestedItem(each.product, each.quantity) for each in order.items]
    # --8<-- [end:order]


@router.get("/register", name="register")
async def register_form(request: Request, path: NextPath = "") -> Response:
    """Return the empty form for a new account."""
    return page(request, "register.html", {"form": Form(), "next": local_path(path)})


@router.post("/register")
async def register(request: Request, sent: CheckedForm) -> Response:
    """Store the account and lead to the page for signing in, or return the form with its errors."""
    fields, path = sent_fields(sent, REGISTRATION), local_path(sent.get("next", ""))
    try:
        registration = validate(Registration, fields)
        async with get_write_sessionmaker().begin() as session:
            await services.register(session, **dict(registration))
    except InvalidRequest as error:
        form = Form(fields, messages_of(error.errors))
        return page(request, "register.html", {"form": form, "next": path}, status=422)
    add_notice(request, "Your account was created. You can sign in now.")
    return sign_in_first(path)


# --8<-- [start:login]
@router.get("/login", name="login")
async def login_form(request: Request, path: NextPath = "") -> Response:
    """Return the empty form for signing in."""
    return page(request, "login.html", {"form": Form(), "next": local_path(path)})


@router.post("/login")
async def login(request: Request, sent: CheckedForm, reader: ReaderDep) -> Response:
    """Sign in and lead to the page in `next`, or return the form with its errors."""
    fields, path = sent_fields(sent, CREDENTIALS), local_path(sent.get("next", ""))
    status, headers = 422, {}
    try:
        credentials = validate(Credentials, fields)
        await throttle_sign_in(reader, address=request_address(request), account=credentials.username)
        user = await services.sign_in(reader, email=credentials.username, password=credentials.password)
    except InvalidRequest as error:
        form = Form(fields, messages_of(error.errors))
    except InvalidCredentials as error:
        form = Form(fields, message=PROBLEMS[error.code]["detail"])
    except TooManyRequests as error:
        form = Form(fields, message=f"{PROBLEMS[error.code]['title']}. Try again in {error.retry_after} seconds.")
        status, headers = 429, {"Retry-After": str(error.retry_after)}
    else:
        store_in_session(request.session, user)
        return see_other(path)
    return page(request, "login.html", {"form": form, "next": path}, status=status, headers=headers)


@router.post("/logout", name="logout", dependencies=[Depends(get_checked_form)])
async def logout(request: Request) -> Response:
    """End the session, and lead to the start page."""
    remove_from_session(request.session)
    return see_other(path_for("products"))
    # --8<-- [end:login]


@router.get("/orders", name="orders")
async def orders(request: Request, user: SessionUser, reader: ReaderDep) -> Response:
    """Return a page of the orders, newest first."""
    if user is None:
        return sign_in_first(path_for("orders"))
    query = validate(OrderParameters, sent_fields(request.query_params, ("cursor",)), in_="query")
    statement, parameters = order_queries.of_customer(order_queries.ORDERS), {"customer_id": user.id}
    rows = await fetch_page(
        reader, OrderRow, statement, parameters, ordering="-created_at", after=query.cursor, limit=query.limit
    )
    found = [OrderOut.model_validate(each).model_dump(mode="json") for each in await with_items(reader, rows.items)]
    context = {
        "orders": found,
        "next": urlencode({"cursor": rows.next}) if rows.next else "",
        "socket_url": get_settings().socket_url,
        "access_token": issue_access_token(user),
    }
    return page(request, "orders.html", context)


@router.get("/about", name="about")
async def about(request: Request) -> Response:
    """Return the page that describes this server, and links to its documentation and to the other implementation."""
    return page(request, "about.html", {"counterpart_url": get_settings().counterpart_url})


@router.get("/admin")
async def admin_redirect() -> Response:
    """Return the redirect to the admin."""
    return see_other("/admin/")
