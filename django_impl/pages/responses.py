"""Pages and redirects as responses."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csp import csp_override

from django_impl.common.http.exception_handler import exception_handler
from django_impl.contract import CONTENT_SECURITY_POLICY

START = "/"
CONNECTIONS = f"{CONTENT_SECURITY_POLICY['connect-src']} {settings.SOCKET_URL}".rstrip()
HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie"}
VISIBLE_ASCII = re.compile("[!-~]+")


# --8<-- [start:page]
@csp_override({**CONTENT_SECURITY_POLICY, "connect-src": CONNECTIONS})
def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a page, which no browser or proxy may store, because it depends on the user."""
    response = render(request, f"pages/{template}", context, status=status)
    for name, value in {**HEADERS, **(headers or {})}.items():
        response.headers[name] = value
    return response


def error_page(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the page for an error, with the status, the texts and `Retry-After` of the problem in the API."""
    problem = exception_handler(error, {"request": request})
    headers = {name: value for name, value in problem.headers.items() if name == "Retry-After"}
    context = {"problem": json.loads(problem.content)}
    return page(request, "error.html", context, status=problem.status_code, headers=headers)


def see_other(path: str) -> HttpResponse:
    """Return the redirect after a form, which the browser follows with GET."""
    response = HttpResponse(status=303, headers={"Location": path, "Vary": "Cookie"})
    del response.headers["Content-Type"]
    return response
    # --8<-- [end:page]


# --8<-- [start:next]
def sign_in_first(path: str) -> HttpResponse:
    """Return the redirect to the page for signing in, which leads back to the path."""
    return see_other(f"{reverse('login')}?{urlencode({'next': path})}")


def local_path(text: str) -> str:
    """Return the path of this server to which a form leads, or the start page for anything else."""
    is_path = text.startswith("/") and VISIBLE_ASCII.fullmatch(text)
    return text if is_path and url_has_allowed_host_and_scheme(text, allowed_hosts=None) else START
    # --8<-- [end:next]
