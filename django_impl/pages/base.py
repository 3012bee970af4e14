"""The base class of the pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views import View

from django_impl.common.exceptions import MethodNotAllowed
from django_impl.common.http.exception_handler import exception_handler
from django_impl.common.http.views import ShopView
from django_impl.pages.responses import error_page


# --8<-- [start:base]
class PageView(View):
    """Returns errors as pages. OPTIONS and methods that the path does not have are answered as in the API."""

    http_method_names = ShopView.http_method_names

    @property
    def allowed_methods(self) -> list[str]:
        """The methods of the path, in the contract's order."""
        return [name.upper() for name in self.http_method_names if hasattr(self, name)]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the response of the method, or an error page."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Exception as error:
            return error_page(request, error)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the methods of the path."""
        response = HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})
        del response["Content-Type"]
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the problem."""
        return exception_handler(MethodNotAllowed(self.allowed_methods), {})

    # --8<-- [end:base]
