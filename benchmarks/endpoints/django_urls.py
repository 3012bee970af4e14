"""The URL patterns under WSGI: the endpoints, then those of the implementation."""

from collections.abc import Callable
from typing import Any

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from benchmarks.endpoints import django_views as views
from django_impl.config import urls as shop


def patterns(upstream: Callable[..., Any]) -> list[object]:
    """Return the URL patterns with this view of `upstream`."""
    return [
        path("benchmark/upstream", require_GET(upstream)),
        path("benchmark/large", require_GET(views.large)),
        path("benchmark/upload", csrf_exempt(require_POST(views.upload))),
        *shop.urlpatterns,
    ]


urlpatterns = patterns(views.upstream)
handler400, handler403, handler404, handler500 = shop.handler400, shop.handler403, shop.handler404, shop.handler500
