"""Pages and redirects as responses."""

import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader
from starlette.templating import Jinja2Templates

from fastapi_impl.common.http.exception_handlers import EXCEPTION_HANDLERS
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import CONTENT_SECURITY_POLICY
from fastapi_impl.pages.sessions import csrf_token, take_notices

START = "/"
PATH = re.compile(r"/(?![/\\])[!-~]{0,2047}")
CONNECTIONS = f"{CONTENT_SECURITY_POLICY['connect-src']} {get_settings().socket_url}".rstrip()
POLICY = {**CONTENT_SECURITY_POLICY, "connect-src": CONNECTIONS}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
}

log = logging.getLogger(__name__)


# --8<-- [start:page]
def session_context(request: Request) -> dict[str, Any]:
    """Return what each template can use of the session."""
    return {
        "user": getattr(request.state, "user", None),
        "csrf_token": lambda: csrf_token(request),
        "notices": lambda: take_notices(request),
    }


templates = Jinja2Templates(
    env=Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, keep_trailing_newline=True
    ),
    context_processors=[session_context],
)


def page(
    request: Request,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a page, which no browser or proxy may store, because it depends on the user."""
    return templates.TemplateResponse(request, template, context, status, {**HEADERS, **(headers or {})})


async def error_page(request: Request, error: Exception) -> Response:
    """Return the page for an error, with the status, the texts and `Retry-After` of the problem in the API."""
    kind = next(each for each in type(error).__mro__ if each in EXCEPTION_HANDLERS)
    if kind is Exception:
        log.error("Unexpected error at %s", request.scope["path"], exc_info=error)
    problem = await EXCEPTION_HANDLERS[kind](request, error)
    headers = {name: value for name, value in problem.headers.items() if name == "retry-after"}
    context = {"problem": json.loads(bytes(problem.body))}
    return page(request, "error.html", context, status=problem.status_code, headers=headers)


def see_other(path: str) -> Response:
    """Return the redirect after a form, which the browser follows with GET."""
    return Response(status_code=303, headers={"Location": path})
    # --8<-- [end:page]


# --8<-- [start:next]
def sign_in_first(path: str) -> Response:
    """Return the redirect to the page for signing in, which leads back to the path."""
    return see_other(f"/login?{urlencode({'next': path})}")


def local_path(text: str) -> str:
    """Return the path of this server to which a form leads, or the start page for anything else."""
    return text if PATH.fullmatch(text) else START
    # --8<-- [end:next]
