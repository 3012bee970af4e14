"""Requests of the tests in this folder."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from django_impl.users.models import User
from django_impl.users.tokens import issue_access_token

HOST = {"Host": "localhost"}


def get(path: str, **headers: str) -> Any:
    """The answer to a GET."""
    return Client().get(path, headers={**HOST, **headers})


def post(path: str, body: Any, content_type: str = "application/json", **headers: str) -> Any:
    """The answer to a POST."""
    content = body if isinstance(body, bytes) else json.dumps(body)
    return Client().generic("POST", path, content, content_type, headers={**HOST, **headers})


def errors(answer: HttpResponse) -> list[tuple[str, str, str]]:
    """Place, code and message of what a 422 names."""
    assert answer.status_code == 422, answer.content
    found = json.loads(answer.content)["errors"]
    return [(f"{error['in']} {error['pointer']}", error["code"], error["message"]) for error in found]


def staff() -> str:
    """The header of the member of staff."""
    return f"Bearer {issue_access_token(User.objects.get(email='plain@example.com'))}"
