"""A client of the pages: it keeps cookies, reads forms, and follows no redirect."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from harness.servers.server import RunningServer
from tests.contract.shop import PASSWORD

TOKEN = "csrfmiddlewaretoken"
SESSION_COOKIES = {"django": "sessionid", "fastapi": "session"}
FORM = re.compile(r'<form method="post" action="(?P<action>[^"]*)".*?</form>', re.DOTALL)
INPUT = re.compile(r'<input type="hidden" name="(?P<name>[^"]*)" value="(?P<value>[^"]*)">')


@dataclass(frozen=True)
class Visitor:
    """A visitor of one implementation."""

    implementation: str
    http: httpx.Client

    def get(self, path: str) -> httpx.Response:
        """Return the response to GET."""
        return self.http.get(path)

    def hidden_fields(self, path: str, action: str) -> dict[str, str]:
        """Return the hidden fields of the form of a page that leads to `action`."""
        page = self.get(path)
        (form,) = (found for found in FORM.finditer(page.text) if html.unescape(found["action"]) == action)
        return {found["name"]: html.unescape(found["value"]) for found in INPUT.finditer(form[0])}

    def submit(self, path: str, action: str | None = None, /, **fields: str) -> httpx.Response:
        """Fill in the form of the page at `path` that leads to `action`, by default to the same path, and send it."""
        action = action or path.partition("?")[0]
        return self.http.post(action, data={**self.hidden_fields(path, action), **fields})

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """Send the form for signing in."""
        return self.submit("/login", username=email, password=password)

    def order(self, slug: str, quantity: str = "1") -> httpx.Response:
        """Send the form of a product's page."""
        return self.submit(f"/products/{slug}", f"/products/{slug}/order", quantity=quantity)

    def is_signed_in(self) -> bool:
        """Return whether the page of the user's orders is shown."""
        return self.get("/orders").status_code == 200

    @property
    def session_cookie(self) -> str | None:
        """The value of the cookie of the session."""
        return self.http.cookies.get(SESSION_COOKIES[self.implementation])


@contextmanager
def visit(running: RunningServer) -> Iterator[Visitor]:
    """Yield a visitor of the server, without cookies."""
    with httpx.Client(base_url=running.url, timeout=30, trust_env=False) as http:
        yield Visitor(running.name, http)
