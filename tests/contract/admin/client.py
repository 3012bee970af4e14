"""A client of an implementation's admin, which keeps cookies and sends forms as a browser without scripts does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx

from harness.servers.server import RunningServer
from tests.contract.admin.forms import Form, form_with
from tests.contract.shop import PASSWORD

FEATURES = {
    "category": "categories",
    "product": "products",
    "order": "orders",
    "user": "users",
    "event": "notifications",
}
# The element of an error, with the name of its field.
ERROR = {
    "django": re.compile(r'<ul class="errorlist"[^>]*id="id_(?:form-0-)?(\w+)_error">\s*<li>(.*?)</li>', re.DOTALL),
    "fastapi": re.compile(r'<div class="invalid-feedback" id="(\w+)-error">(.*?)</div>', re.DOTALL),
}
TOKEN = {"django": "csrfmiddlewaretoken", "fastapi": "csrftoken"}
SIGNED_IN = {"django": "sessionid", "fastapi": "admin_session"}


@dataclass(frozen=True)
class Admin:
    """A client of the admin of one implementation."""

    implementation: str
    http: httpx.Client = field(repr=False)

    @property
    def is_django(self) -> bool:
        return self.implementation == "django"

    @property
    def token(self) -> str:
        """The name of the field with the token against forged requests."""
        return TOKEN[self.implementation]

    def path(self, model: str, key: str | None = None, page: str = "change") -> str:
        """Return the path of a list, of the page of a row, or of the page for a new row (`add`)."""
        if self.is_django:
            base = f"/admin/{FEATURES[model]}/{model}/"
            return base + (f"{key}/{page}/" if key else "add/" if page == "add" else "")
        if key:
            return f"/admin/{model}/edit?pk={key}"
        return f"/admin/{model}/create" if page == "add" else f"/admin/{model}/list"

    def get(self, path: str) -> httpx.Response:
        """Return the page at the path."""
        return self.http.get(path)

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """Send the form of the sign-in."""
        page = self.http.get("/admin/")
        form = form_with(page.text, "password")
        return self.http.post(page.url, data=form.fields | {"username": email, "password": password})

    def is_signed_in(self) -> bool:
        """Return whether the admin shows its first page."""
        page = self.http.get("/admin/")
        return page.status_code == 200 and page.url.path == "/admin/"

    def form(self, path: str) -> Form:
        """Return the last form of a page that has the token; those for signing out come first."""
        page = self.http.get(path)
        assert page.status_code == 200, page.text[:1000]
        return form_with(page.text, self.token)

    def add(self, model: str, **values: Any) -> httpx.Response:
        """Send the form for a new row. None leaves a field out."""
        path = self.path(model, page="add")
        return self.send(path, self.form(path), values)

    def change(self, model: str, key: str, **values: Any) -> httpx.Response:
        """Send the form of a row with some new values."""
        path = self.path(model, key)
        return self.send(path, self.form(path), values)

    def send(self, path: str, form: Form, values: dict[str, Any]) -> httpx.Response:
        """Send a form with some new values."""
        fields = {name: value for name, value in (form.fields | values).items() if value is not None}
        return self.http.post(path, data=fields)

    def edit_inline(self, model: str, key: str, name: str, value: str) -> httpx.Response:
        """Change one field in the list."""
        if self.is_django:
            path = self.path(model)
            form = self.form(path)
            row = next(field.split("-")[1] for field, sent in form.fields.items() if sent == key)
            return self.send(path, form, {f"form-{row}-{name}": value, "_save": "Save"})
        headers = {"X-CSRFToken": self.http.cookies["starlette_admin_csrftoken"]}
        path = f"/admin/_api/{model}/inline-edit?pk={key}&field={name}"
        return self.http.post(path, data={name: value}, headers=headers)

    def delete(self, model: str, key: str) -> httpx.Response:
        """Delete a row, and confirm it."""
        if self.is_django:
            path = self.path(model, key, "delete")
            return self.send(path, self.form(path), {})
        return self.act_on_row(model, "delete", key)

    def delete_selected(self, model: str, *keys: str) -> httpx.Response:
        """Delete the rows that are selected in the list, and confirm it."""
        return self.act(model, "delete_selected" if self.is_django else "delete", *keys)

    def act(self, model: str, name: str, *keys: str) -> httpx.Response:
        """Perform an action on the rows that are selected in the list, and confirm it."""
        path = self.path(model)
        if self.is_django:
            token = self.form(path).fields[self.token]
            return self.http.post(
                path, data={self.token: token, "action": name, "post": "yes", "_selected_action": [*keys]}
            )
        return self.post_action(model, "action", {"name": name, "pks": [*keys]})

    def act_on_row(self, model: str, name: str, key: str) -> httpx.Response:
        """Perform an action of a row in the list of starlette-admin."""
        return self.post_action(model, "row-action", {"name": name, "pk": key})

    def post_action(self, model: str, kind: str, query: dict[str, Any]) -> httpx.Response:
        """Send what a script of starlette-admin sends for an action."""
        self.http.get(self.path(model))
        headers = {"X-CSRFToken": self.http.cookies["starlette_admin_csrftoken"]}
        return self.http.post(f"/admin/_api/{model}/{kind}", params=query, headers=headers)

    def sign_out(self, method: str = "POST") -> httpx.Response:
        """Sign out."""
        fields = self.form("/admin/").fields if method == "POST" else {}
        return self.http.request(method, "/admin/logout/" if self.is_django else "/admin/logout", data=fields)

    def errors(self, response: httpx.Response) -> dict[str, str]:
        """Return the messages of a page by the field beside which they are."""
        assert response.status_code in {200, 422}, response.text[:1000]
        return {name: unescape(text).strip() for name, text in ERROR[self.implementation].findall(response.text)}


@contextmanager
def open_admin(running: RunningServer) -> Iterator[Admin]:
    """Yield a client that is not signed in."""
    with httpx.Client(base_url=running.url, timeout=30, trust_env=False, follow_redirects=True) as http:
        yield Admin(running.name, http)
