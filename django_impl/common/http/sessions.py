"""Django's middleware for pages, which does nothing for the API.

Django adds its middleware to every response. There a malformed cookie would make the API answer with `Set-Cookie`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

from django_impl.contract import SESSIONS

EXCLUDED_PATHS = tuple(SESSIONS["excluded_paths"])


# --8<-- [start:middleware]
class PageMiddleware(MiddlewareMixin):
    """Skips the middleware for paths that have no session."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Return the response."""
        if request.path_info.startswith(EXCLUDED_PATHS):
            return self.get_response(request)
        return super().__call__(request)


class PageSessionMiddleware(PageMiddleware, SessionMiddleware):
    """Sessions."""


class PageCsrfMiddleware(PageMiddleware, CsrfViewMiddleware):
    """The check of the token in forms."""

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., Any],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        """Check the token. A method that the view does not have is 405, also without a token."""
        view = getattr(callback, "view_class", None)
        method = str(request.method).lower()
        if view and not (method in view.http_method_names and hasattr(view, method)):
            return None
        return super().process_view(request, callback, callback_args, callback_kwargs)


class PageAuthenticationMiddleware(PageMiddleware, AuthenticationMiddleware):
    """The user of the session, as `request.user`."""


class PageMessageMiddleware(PageMiddleware, MessageMiddleware):
    """Notices that the next page shows."""


class PageSecurityPolicyMiddleware(PageMiddleware, ContentSecurityPolicyMiddleware):
    """The Content-Security-Policy of views with `csp_override`."""

    # --8<-- [end:middleware]
