"""The WSGI applications of Django's layers: the implementation's settings with the URLconf of a layer.

A layer has the applications, the database and the serving class of the implementation. It has no middleware but
`content_length`, which the implementation's own middleware contains.
"""

from collections.abc import Callable
from typing import Any

from django.conf import Settings, settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse

IMPLEMENTATION: Any = Settings("django_impl.config.settings")


def create(layer: str) -> WSGIHandler:
    """Return the application of the layer whose module is `layer`, for example "django_raw"."""
    return _create(layer, IMPLEMENTATION.DATABASES)


def create_with_compiled_queries(layer: str) -> WSGIHandler:
    """Return the application of a layer with the database backend that compiles each shape of query once."""
    databases = IMPLEMENTATION.DATABASES
    return _create(
        layer, {alias: {**each, "ENGINE": "benchmarks.layers.compiled_once"} for alias, each in databases.items()}
    )


def _create(layer: str, databases: dict[str, Any]) -> WSGIHandler:
    settings.configure(
        IMPLEMENTATION,
        ROOT_URLCONF=f"benchmarks.layers.{layer}",
        MIDDLEWARE=[f"{__name__}.content_length"],
        DATABASES=databases,
    )
    return get_wsgi_application()


def content_length(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that sends Content-Length. Without it, gunicorn sends the response in chunks."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Length"] = str(len(response.content))
        return response

    return middleware
