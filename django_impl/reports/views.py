from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from django_impl.common.database.rows import get_or_not_found
from django_impl.common.http.viewsets import ShopViewSet
from django_impl.reports import services
from django_impl.reports.models import DailyReport
from django_impl.reports.serializers import DailyReportOut


class ReportViewSet(ShopViewSet):
    """The daily report."""

    permission_classes = [IsAdminUser]
    serializer_class = DailyReportOut
    problems = {"daily": ("not_found",)}
    actions_returning_202 = ("request_daily",)

    # --8<-- [start:views]
    @extend_schema(operation_id="get_daily_report", summary="Show the latest daily report")
    @action(detail=False, query_parameters=())
    def daily(self, request: Request) -> Response:
        """For staff. Without any report it is 404."""
        return Response(DailyReportOut(get_or_not_found(DailyReport.objects.latest_first()[:1])).data)

    @extend_schema(operation_id="request_daily_report", summary="Request the report of today")
    @daily.mapping.post
    def request_daily(self, request: Request) -> Response:
        """For staff. A task writes it after the response, and replaces the report of today if there is one."""
        with transaction.atomic():
            services.request_report(date=timezone.now().date())
        return Response(status=202, headers={"Location": reverse("report-daily")})
        # --8<-- [end:views]
