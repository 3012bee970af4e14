"""Helpers that send requests for the tests in this package."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from django_impl.users.models import User
from django_impl.users.tokens import issue_access_token

HOST = {"Host": "localhost"}


def get(path: str, **headers: str) -> Any:
    """Send a GET request and return the response."""
    return Client().get(path, headers={**HOST, **headers})


def post(path: str, body: Any, content_type: str = "application/json", **headers: str) -> Any:
    """Send a POST request and return the response."""
    content = body if isinstance(body, bytes) else json.dumps(body)
    return Client().generic("POST", path, content, content_type, headers={**HOST, **headers})


def errors(response: HttpResponse) -> list[tuple[str, str, str]]:
    """Return location, code and message of each error in a 422 response."""
    assert response.status_code == 422, response.content
    entries = json.loads(response.content)["errors"]
    return [(f"{error['in']} {error['pointer']}", error["code"], error["message"]) for error in entries]


def staff_token() -> str:
    """Return the Authorization header value of the staff user."""
    return f"Bearer {issue_access_token(User.objects.get(email='plain@example.com'))}"
