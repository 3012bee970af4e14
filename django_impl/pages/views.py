import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from django_impl.categories.models import Category
from django_impl.common.exceptions import (
    InvalidCredentials,
    InvalidRequest,
    OutOfStock,
    PermissionDenied,
    TooManyRequests,
)
from django_impl.common.validation.pagination import fetch_page
from django_impl.common.validation.values import parse_int
from django_impl.contract import PROBLEMS
from django_impl.orders.models import Order
from django_impl.orders.serializers import NewOrder, OrderOut, OrderParameters
from django_impl.orders.services import RequestedItem, place_order
from django_impl.pages.base import PageView
from django_impl.pages.forms import (
    CREDENTIALS,
    FILTERS,
    ORDER,
    ORDERINGS,
    REGISTRATION,
    Form,
    as_form,
    messages_of,
    sent_fields,
    validate,
)
from django_impl.pages.responses import error_page, local_path, page, see_other, sign_in_first
from django_impl.products.models import Product
from django_impl.products.public import product_json
from django_impl.products.serializers import ProductOut, ProductParameters
from django_impl.users import services
from django_impl.users.models import User
from django_impl.users.serializers import Credentials, Registration
from django_impl.users.throttling import throttle_sign_in
from django_impl.users.tokens import issue_access_token
from django_impl.users.views import request_address

PRODUCTS = ProductOut.select_columns(Product.objects.active())


# --8<-- [start:products]
class ProductsView(PageView):
    """The list of products."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return a page of the products that match the filters. Unknown parameters are ignored."""
        filters = sent_fields(request.GET, FILTERS)
        context: dict[str, Any] = {"categories": Category.objects.by_name(), "orderings": ORDERINGS}
        try:
            query = validate(ProductParameters(data=as_form(filters), context={"request": request}))
        except InvalidRequest as error:
            form = Form(filters, messages_of(error.errors))
            return page(request, "products.html", {**context, "form": form}, status=422)
        rows, cursor = fetch_page(query.filter_queryset(PRODUCTS), query.page())
        context |= {
            "form": Form(filters),
            "products": ProductOut(rows, many=True).data,
            "next": urlencode({**filters, "cursor": cursor}) if cursor else "",
        }
        return page(request, "products.html", context)
        # --8<-- [end:products]


class ProductView(PageView):
    """A product, with the form to order it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Return the page. A product that is not sold does not exist here, also for staff."""
        return product_page(request, slug, Form({"quantity": "1"}))


def product_page(request: HttpRequest, slug: str, form: Form, *, status: int = 200) -> HttpResponse:
    """Return the page of a product. Raises NotFound."""
    product = json.loads(product_json(slug=slug))
    return page(request, "product.html", {"product": product, "form": form}, status=status)


# --8<-- [start:order]
class OrderView(PageView):
    """The form that orders a product."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Place the order and lead to the orders, or return the page of the product with the error."""
        if not isinstance(request.user, User):
            return sign_in_first(reverse("product", args=[slug]))
        fields = sent_fields(request.POST, ORDER)
        try:
            with transaction.atomic():
                place_order(customer=request.user, items=requested_items(slug, fields), key=None)
        except InvalidRequest as error:
            return product_page(request, slug, Form(fields, messages_of(error.errors)), status=422)
        except OutOfStock as error:
            form = Form(fields, {"quantity": PROBLEMS[error.code]["detail"]})
            return product_page(request, slug, form, status=409)
        messages.success(request, "Thank you for your order.")
        return see_other(reverse("orders"))


def requested_items(slug: str, fields: Mapping[str, str]) -> list[RequestedItem]:
    """Return the items of the order that the form describes. Raises InvalidRequest."""
    item: dict[str, Any] = {"product": slug}
    if "quantity" in fields:
        item["quantity"] = parse_int(fields["quantity"])
    order = validate(NewOrder(data={"items": [item]}))
    return [RequestedItem(**each) for each in order.validated_data["items"]]
    # --8<-- [end:order]


class RegisterView(PageView):
    """The form for a new account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the empty form."""
        return page(request, "register.html", {"form": Form(), "next": local_path(request.GET.get("next", ""))})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the account and lead to the page for signing in, or return the form with its errors."""
        fields, path = sent_fields(request.POST, REGISTRATION), local_path(request.POST.get("next", ""))
        try:
            registration = validate(Registration(data=as_form(fields)))
            with transaction.atomic():
                services.register(**registration.validated_data)
        except InvalidRequest as error:
            form = Form(fields, messages_of(error.errors))
            return page(request, "register.html", {"form": form, "next": path}, status=422)
        messages.success(request, "Your account was created. You can sign in now.")
        return sign_in_first(path)


# --8<-- [start:login]
class LoginView(PageView):
    """The form for signing in. Django's own LoginView has other messages, and no limit."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the empty form."""
        return page(request, "login.html", {"form": Form(), "next": local_path(request.GET.get("next", ""))})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign in and lead to the page in `next`, or return the form with its errors."""
        fields, path = sent_fields(request.POST, CREDENTIALS), local_path(request.POST.get("next", ""))
        status, headers = 422, {}
        try:
            credentials = validate(Credentials(data=as_form(fields))).validated_data
            throttle_sign_in(address=request_address(request), account=credentials["username"].lower())
            user = services.sign_in(email=credentials["username"], password=credentials["password"])
        except InvalidRequest as error:
            form = Form(fields, messages_of(error.errors))
        except InvalidCredentials as error:
            form = Form(fields, message=PROBLEMS[error.code]["detail"])
        except TooManyRequests as error:
            form = Form(fields, message=f"{PROBLEMS[error.code]['title']}. Try again in {error.retry_after} seconds.")
            status, headers = 429, {"Retry-After": str(error.retry_after)}
        else:
            login(request, user)
            return see_other(path)
        return page(request, "login.html", {"form": form, "next": path}, status=status, headers=headers)


class LogoutView(PageView):
    """The button for signing out."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """End the session, and lead to the start page."""
        logout(request)
        return see_other(reverse("products"))
        # --8<-- [end:login]


class OrdersView(PageView):
    """The orders of the user who is signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return a page of the orders, newest first. An invalid cursor is not found."""
        if not isinstance(request.user, User):
            return sign_in_first(reverse("orders"))
        query = validate(OrderParameters(data=as_form(sent_fields(request.GET, ("cursor",)))))
        orders = Order.objects.with_items().filter(customer=request.user)
        rows, cursor = fetch_page(orders, query.page())
        context = {
            "orders": OrderOut(rows, many=True).data,
            "next": urlencode({"cursor": cursor}) if cursor else "",
            "socket_url": settings.SOCKET_URL,
            "access_token": issue_access_token(request.user),
        }
        return page(request, "orders.html", context)


class AboutView(PageView):
    """The page that describes this server, and links to its documentation and to the other implementation."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the page."""
        return page(request, "about.html", {"counterpart_url": settings.COUNTERPART_URL})


class AdminRedirectView(PageView):
    """The path of the admin without the slash at its end."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the redirect to the admin."""
        return see_other(reverse("admin:index"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - CSRF_FAILURE_VIEW
    """Return the page for a form without a valid token."""
    return error_page(request, PermissionDenied())
