"""The methods of a path: OPTIONS and 405 come before every other check."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.views import APIView

from django_impl.common.exceptions import MethodNotAllowed
from django_impl.common.http.exception_handler import exception_handler


class ShopView(APIView):
    """A view that tells its methods in the contract's order, and adds no header of its own."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete", "options"]

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Nothing: DRF would send `Allow` with every answer."""
        return {}

    # --8<-- [start:dispatch]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer OPTIONS and methods that the path does not have, and leave the others to DRF."""
        allow = self.allowed_methods
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": ", ".join(allow)})
            del response["Content-Type"]
            return response
        if request.method not in allow:
            return exception_handler(MethodNotAllowed(allow), {})
        return super().dispatch(request, *args, **kwargs)
        # --8<-- [end:dispatch]
