"""The URL patterns of the shop."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from django_impl.common.health import HealthViewSet, ReadinessViewSet
from django_impl.common.http.exception_handler import page_not_found
from django_impl.common.http.media import MediaView
from django_impl.common.http.request_log import UNMATCHED
from django_impl.common.openapi.views import AssetView, DocumentView, RedocView, SwaggerView
from django_impl.common.scrape import MetricsView
from django_impl.notifications.services import get_task_gauges

# --8<-- [start:paths]
# Django tries the patterns in this order, so the most frequent paths come first.
urlpatterns = [
    path("api/", include("django_impl.products.urls")),
    path("api/", include("django_impl.categories.urls")),
    path("api/", include("django_impl.orders.urls")),
    path("api/", include("django_impl.users.urls")),
    path("api/", include("django_impl.reports.urls")),
    path("healthz", HealthViewSet.as_view({"get": "retrieve"})),
    path("readyz", ReadinessViewSet.as_view({"get": "retrieve"})),
    path("", include("django_impl.pages.urls")),
    path("openapi.json", DocumentView.as_view(), name="document"),
    path("docs", SwaggerView.as_view(url_name="document")),
    path("redoc", RedocView.as_view(url_name="document")),
    path("static/<path:name>", AssetView.as_view()),
    path("media/products/<str:name>", MediaView.as_view()),
    path("admin/", admin.site.urls),
    # With DEBUG, Django shows a page of its own and does not call handler404.
    re_path("", csrf_exempt(page_not_found), name=UNMATCHED),
]
# --8<-- [end:paths]
# --8<-- [start:metrics]
if settings.METRICS_ALLOWED:
    urlpatterns.insert(-1, path("metrics", MetricsView.as_view(get_gauges=staticmethod(get_task_gauges))))
# --8<-- [end:metrics]

handler400 = "django_impl.common.http.exception_handler.request_rejected"
handler403 = "django_impl.common.http.exception_handler.request_rejected"
handler404 = "django_impl.common.http.exception_handler.page_not_found"
handler500 = "django_impl.common.http.exception_handler.server_error"
