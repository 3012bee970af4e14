"""Django's middleware for pages, which does nothing for the API.

Django adds its middleware to every response. There a malformed cookie would make the API answer with `Set-Cookie`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from django_impl.common.activity import record_user
from django_impl.common.exceptions import ContentTooLarge, MalformedBody
from django_impl.common.http.exception_handler import exception_handler, request_rejected
from django_impl.common.http.parsers import read_page_form
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
    """The check of the origin and the token of forms."""

    def process_view(  # type: ignore[override] # it returns other responses than HttpResponseForbidden
        self,
        request: HttpRequest,
        callback: Callable[..., Any],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Check the form. A method that the view does not have is 405, also without a token."""
        view = getattr(callback, "view_class", None)  # of a page; the views of Django's admin are functions
        method = str(request.method).lower()
        if view and not (method in view.http_method_names and hasattr(view, method)):
            return None
        # DRF's views are exempt, and read their bodies themselves.
        if view and method == "post" and not getattr(callback, "csrf_exempt", False):
            try:
                request.POST = read_page_form(request)  # type: ignore[assignment] # the stubs expect a private class
            except (ContentTooLarge, MalformedBody) as error:
                return exception_handler(error, {"request": request})
            # Django would accept the token there too.
            request.META.pop(settings.CSRF_HEADER_NAME, None)
        try:
            return super().process_view(request, callback, callback_args, callback_kwargs)
        except SuspiciousOperation as error:
            # A form of the admin is too large. With DEBUG, Django would show its own page, and not call handler400.
            return request_rejected(request, error)


class PageAuthenticationMiddleware(PageMiddleware, AuthenticationMiddleware):
    """The user of the session, as `request.user`."""

    def process_request(self, request: HttpRequest) -> None:
        """Set the user, which is loaded when it is first used."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: get_user_of_session(request))  # type: ignore[assignment] # as Django does


def get_user_of_session(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Return the user. The session of a deleted or inactive user ends; Django would only ignore it for the request."""
    user = get_user(request)
    if user.is_anonymous and SESSION_KEY in request.session:
        request.session.flush()
    record_user(user.pk)
    return user


class PageMessageMiddleware(PageMiddleware, MessageMiddleware):
    """Notices that the next page shows."""


class PageSecurityPolicyMiddleware(PageMiddleware, ContentSecurityPolicyMiddleware):
    """The Content-Security-Policy of views with `csp_override`."""

    # --8<-- [end:middleware]
