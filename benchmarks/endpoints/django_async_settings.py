"""The settings under ASGI: those of the implementation, with the URL patterns of the endpoints."""

from django_impl.config.settings import *  # noqa: F403 - a settings module is all of its names

ROOT_URLCONF = "benchmarks.endpoints.django_async_urls"
