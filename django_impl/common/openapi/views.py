"""The views of the generated document and of the documentation pages. A page only loads files of this server."""

from functools import cache
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped] # it has no type annotations

from django_impl.common.exceptions import NotFound
from django_impl.common.http.negotiation import AnyNegotiation
from django_impl.common.http.views import ShopView

# Prevents the scripts from loading a logo and a validator's badge from other hosts.
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
    """Return the document that drf-spectacular generates. It is cached because a process's views do not change."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call] # drf-spectacular's
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # as above
    return schema


@cache
def assets() -> WhiteNoiseMiddleware:
    """Return WhiteNoise with all files of Django's finders, so that `collectstatic` is not necessary."""
    return WhiteNoiseMiddleware()


@extend_schema(exclude=True)
class DocumentView(ShopView):
    """The OpenAPI document."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """Return the document as JSON."""
        return Response(document())


class DocumentationView(ShopView):
    """The base class of HTML pages."""

    authentication_classes = []
    permission_classes = [AllowAny]
    content_negotiation_class = AnyNegotiation

    @property
    def default_response_headers(self) -> dict[str, str]:
        """The Content-Security-Policy of the page."""
        return {"Content-Security-Policy": POLICY}

    def handle_exception(self, exc: Exception) -> Response:
        """Return the problem without the Content-Security-Policy, because it is not HTML."""
        self.headers = {}
        return super().handle_exception(exc)


class SwaggerView(DocumentationView, SpectacularSwaggerSplitView):
    """Swagger UI with its script in a separate file, because the Content-Security-Policy forbids inline scripts."""

    title = "Shop (Django): Swagger UI"


class RedocView(DocumentationView, SpectacularRedocView):
    """ReDoc, with a template that does not load fonts from another host."""

    template_name = "redoc.html"
    title = "Shop (Django): ReDoc"


@extend_schema(exclude=True)
class AssetView(ShopView):
    """Serves the static files of the pages from the installed packages, with WhiteNoise.

    WhiteNoise is not in MIDDLEWARE. As a middleware, it responds to other methods without a problem document, and under
    ASGI it runs each request of the shop in an additional thread.
    """

    authentication_classes = []
    permission_classes = [AllowAny]
    content_negotiation_class = AnyNegotiation

    def get(self, request: Request, name: str) -> HttpResponseBase:
        """Return the file."""
        file = assets().files.get(request.path_info)
        if file is None:
            raise NotFound
        response: HttpResponseBase = assets().serve(file, request)
        return response
