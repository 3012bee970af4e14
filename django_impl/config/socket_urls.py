"""The URL patterns of the process for WebSockets: the health checks and the metrics."""

from django.conf import settings
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from django_impl.common.health import HealthViewSet, ReadinessViewSet
from django_impl.common.http.exception_handler import page_not_found
from django_impl.common.http.request_log import UNMATCHED
from django_impl.common.scrape import MetricsView
from django_impl.notifications.services import get_task_gauges

urlpatterns = [
    path("healthz", HealthViewSet.as_view({"get": "retrieve"})),
    path("readyz", ReadinessViewSet.as_view({"get": "retrieve"})),
    re_path("", csrf_exempt(page_not_found), name=UNMATCHED),
]
if settings.METRICS_ALLOWED:
    urlpatterns.insert(-1, path("metrics", MetricsView.as_view(get_gauges=staticmethod(get_task_gauges))))

handler400 = "django_impl.common.http.exception_handler.request_rejected"
handler403 = "django_impl.common.http.exception_handler.request_rejected"
handler404 = "django_impl.common.http.exception_handler.page_not_found"
handler500 = "django_impl.common.http.exception_handler.server_error"
