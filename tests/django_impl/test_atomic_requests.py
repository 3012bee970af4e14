"""ATOMIC_REQUESTS rolls back failed requests, and the project's views work with it."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import include, path
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from django_impl.common.exceptions import WrongStatus
from django_impl.users.models import User

EMAIL, OTHER_EMAIL = "atomic@example.com", "other-atomic@example.com"
ERRORS: dict[str, Exception] = {"conflict": WrongStatus(), "invalid": ValidationError("no"), "unexpected": KeyError()}


class RenameView(APIView):
    """Change a row, then raise the error that the path names."""

    permission_classes = [AllowAny]

    def post(self, request: Request, error: str) -> Response:
        """Rename the user."""
        User.objects.filter(email=EMAIL).update(full_name="After")
        if error in ERRORS:
            raise ERRORS[error]
        return Response(status=204)


def rename(request: HttpRequest, error: str) -> Response:
    """Rename the user in a Django view."""
    User.objects.filter(email=EMAIL).update(full_name="After")
    raise ERRORS[error]


urlpatterns = [
    path("drf/<error>", RenameView.as_view()),
    path("django/<error>", rename),
    path("api/", include("django_impl.users.urls")),
]


@pytest.fixture(autouse=True)
def atomic_requests(connected: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Create a user and enable ATOMIC_REQUESTS."""
    User.objects.create_user(EMAIL, "a password of the tests", "Before")
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    with override_settings(ROOT_URLCONF=__name__):
        yield
    User.objects.filter(email__in=[EMAIL, OTHER_EMAIL]).delete()


def post(url: str) -> int:
    """Send a POST request and return the status code."""
    return Client(raise_request_exception=False).post(url, headers={"Host": "localhost"}).status_code


def test_successful_request_is_committed() -> None:
    assert post("/drf/none") == 204
    assert User.objects.get(email=EMAIL).full_name == "After"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/drf/conflict", 409),
        ("/drf/invalid", 422),
        ("/drf/unexpected", 500),
        ("/django/conflict", 409),
        ("/django/unexpected", 500),
    ],
)
def test_failed_request_is_rolled_back(url: str, status: int) -> None:
    assert post(url) == status
    assert User.objects.get(email=EMAIL).full_name == "Before"


def test_registration_commits_or_rolls_back() -> None:
    def register(email: str) -> int:
        body = {"email": email, "password": "a password of the tests", "full_name": "After"}
        return Client().post("/api/auth/register", body, "application/json", headers={"Host": "localhost"}).status_code

    assert [register(email) for email in (OTHER_EMAIL, OTHER_EMAIL, EMAIL)] == [201, 422, 422]
    assert User.objects.get(email=OTHER_EMAIL).full_name == "After"
    assert User.objects.get(email=EMAIL).full_name == "Before"
