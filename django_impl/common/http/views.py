"""The base of all views, which checks the method before anything else."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
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
