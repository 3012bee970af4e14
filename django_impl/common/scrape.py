"""`/metrics`, for Prometheus."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from django_impl.common.http.addresses import is_allowed
from django_impl.common.http.exception_handler import page_not_found
from django_impl.common.http.negotiation import AnyNegotiation
from django_impl.common.http.views import ShopView
from django_impl.common.metrics import exposition

log = logging.getLogger(__name__)


# --8<-- [start:scrape]
@extend_schema(exclude=True)
class MetricsView(ShopView):
    """The metrics, for the addresses in METRICS_ALLOWED. For others the path does not exist."""

    authentication_classes = []
    permission_classes = [AllowAny]
    content_negotiation_class = AnyNegotiation
    get_gauges: Callable[[], Mapping[str, float]] = dict  # asks the database

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the response, or 404."""
        peer, forwarded_for = request.META["REMOTE_ADDR"], request.META.get("HTTP_X_FORWARDED_FOR", "")
        if is_allowed(peer, forwarded_for, proxies=settings.TRUSTED_PROXIES, allowed=settings.METRICS_ALLOWED):
            return super().dispatch(request, *args, **kwargs)
        return page_not_found(request)

    def get(self, request: Request) -> HttpResponse:
        """Return the metrics. Those of the database are missing if it does not answer."""
        try:
            gauges = self.get_gauges()
        except Error as error:
            log.warning("Metrics without those of the database: %s", error)
            gauges = {}
        body, media_type = exposition(gauges)
        return HttpResponse(body, content_type=media_type, headers={"Cache-Control": "no-store"})
        # --8<-- [end:scrape]
