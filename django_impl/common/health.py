"""`/healthz` and `/readyz`, for load balancers and start scripts."""

from typing import Any

from django.db import connections
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from django_impl.common.http.viewsets import ShopViewSet
from django_impl.common.validation.fields import ChoiceField


class Health(serializers.Serializer[Any]):
    status = ChoiceField(["ok"])


class HealthViewSet(ShopViewSet):
    """Tells whether the process is alive."""

    authentication_classes = []
    permission_classes = [AllowAny]
    serializer_class = Health
    uses_database = False

    @extend_schema(operation_id="get_health", summary="Check whether the process is running", tags=["health"])
    def retrieve(self, request: Request) -> Response:
        """Does not use the database."""
        return Response({"status": "ok"})


class ReadinessViewSet(HealthViewSet):
    """Tells whether the process can work."""

    uses_database = True

    @extend_schema(operation_id="get_readiness", summary="Check whether requests can be served", tags=["health"])
    def retrieve(self, request: Request) -> Response:
        """Sends a query to the database."""
        with connections["readiness"].cursor() as cursor:
            cursor.execute("SELECT 1")
        return Response({"status": "ok"})
