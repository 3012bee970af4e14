"""The generated document and the pages that show it. No page loads anything from elsewhere."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped] # it has no types

from django_impl.common.exceptions import NotFound
from django_impl.common.http.negotiation import AnyNegotiation
from django_impl.common.http.views import ShopView

# The bundles would fetch a logo and a validator's badge; the browser shall not let them.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self' blob:",
    ]
)


@cache
def document() -> dict[str, Any]:
    """Return what drf-spectacular makes of the views; they do not change while the process lives."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call] # drf-spectacular's
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # as above
    return schema


@cache
def assets() -> WhiteNoiseMiddleware:
    """Return WhiteNoise with all files that Django's finders know; nothing has to be collected first."""
    return WhiteNoiseMiddleware()


@extend_schema(exclude=True)
class DocumentView(ShopView):
    """The OpenAPI document."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """Return it as JSON."""
        return Response(document())


class PageView(ShopView):
    """A page for people."""

    authentication_classes = []
    permission_classes = [AllowAny]
    content_negotiation_class = AnyNegotiation

    @property
    def default_response_headers(self) -> dict[str, str]:
        """The policy that keeps a page from loading anything from elsewhere."""
        return {"Content-Security-Policy": POLICY}

    def handle_exception(self, exc: Exception) -> Response:
        """Return the problem; it is no page and has no policy."""
        self.headers = {}
        return super().handle_exception(exc)


@extend_schema(exclude=True)
class HomeView(PageView):
    """The page at `/`: what this server is, and where its documentation is."""

    def get(self, request: Request) -> HttpResponseBase:
        """Return the page."""
        return render(request, "home.html", {"counterpart_url": settings.COUNTERPART_URL})


class SwaggerView(PageView, SpectacularSwaggerSplitView):
    """Swagger UI, with its script apart from the page, as the policy wants it."""

    title = "Shop (Django): Swagger UI"


class RedocView(PageView, SpectacularRedocView):
    """ReDoc, with a template that asks no one for fonts."""

    template_name = "redoc.html"
    title = "Shop (Django): ReDoc"


@extend_schema(exclude=True)
class AssetView(ShopView):
    """The files of the pages, as they lie in the installed packages, served by WhiteNoise.

    A view asks it, not MIDDLEWARE: there it would answer other methods without a problem, and take every request of
    the shop's through a thread of its own under ASGI.
    """

    authentication_classes = []
    permission_classes = [AllowAny]
    content_negotiation_class = AnyNegotiation

    def get(self, request: Request, path: str) -> HttpResponseBase:
        """Return the file."""
        file = assets().files.get(request.path_info)
        if file is None:
            raise NotFound
        response: HttpResponseBase = assets().serve(file, request)
        return response
