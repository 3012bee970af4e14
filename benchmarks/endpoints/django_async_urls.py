"""The URL patterns under ASGI, with the asynchronous view of `upstream`."""

from benchmarks.endpoints.django_urls import handler400, handler403, handler404, handler500, patterns
from benchmarks.endpoints.django_views import upstream_async

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = patterns(upstream_async)
