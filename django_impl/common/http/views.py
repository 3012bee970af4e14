"""The base of all views, which checks the method before anything else."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from django_impl.common.exceptions import MethodNotAllowed
from django_impl.common.http.exception_handler import exception_handler


class ShopView(APIView):
    """A view that handles OPTIONS and wrong methods as the contract says."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete", "options"]

    @property
    def default_response_headers(self) -> dict[str, str]:
        """No headers. DRF would send `Allow` with every response."""
        return {}

    def perform_authentication(self, request: Request) -> None:
        """Authenticate, then check the throttles. DRF checks them after permissions, so a 403 would not count."""
        super().perform_authentication(request)
        super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """Do nothing: `perform_authentication` has checked the throttles."""

    # --8<-- [start:dispatch]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer OPTIONS, reject methods that the path does not have, and pass other requests to DRF."""
        allow = self.allowed_methods
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": ", ".join(allow)})
            del response["Content-Type"]
            return response
        if request.method not in allow:
            return exception_handler(MethodNotAllowed(allow), {})
        return super().dispatch(request, *args, **kwargs)
        # --8<-- [end:dispatch]
