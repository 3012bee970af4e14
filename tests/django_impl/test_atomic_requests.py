"""With ATOMIC_REQUESTS a rejected request changes nothing, and the shop's own views work as without it."""

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
ERRORS: dict[str, Exception] = {"conflict": WrongStatus(), "invalid": ValidationError("no"), "unforeseen": KeyError()}


class Renames(APIView):
    """Changes a row, then raises what the path names."""

    permission_classes = [AllowAny]

    def post(self, request: Request, error: str) -> Response:
        """Change it."""
        User.objects.filter(email=EMAIL).update(full_name="After")
        if error in ERRORS:
            raise ERRORS[error]
        return Response(status=204)


def renames(request: HttpRequest, error: str) -> Response:
    """The same without DRF."""
    User.objects.filter(email=EMAIL).update(full_name="After")
    raise ERRORS[error]


urlpatterns = [
    path("drf/<error>", Renames.as_view()),
    path("django/<error>", renames),
    path("api/", include("django_impl.users.urls")),
]


@pytest.fixture(autouse=True)
def row(connected: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A user in the database, and a transaction for every request."""
    User.objects.create_user(EMAIL, "a password of the tests", "Before")
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    with override_settings(ROOT_URLCONF=__name__):
        yield
    User.objects.filter(email__in=[EMAIL, OTHER_EMAIL]).delete()


def post(where: str) -> int:
    """The status of the answer."""
    return Client(raise_request_exception=False).post(where, headers={"Host": "localhost"}).status_code


def test_an_answer_without_an_error_keeps_its_change() -> None:
    assert post("/drf/none") == 204
    assert User.objects.get(email=EMAIL).full_name == "After"


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("/drf/conflict", 409),
        ("/drf/invalid", 422),
        ("/drf/unforeseen", 500),
        ("/django/conflict", 409),
        ("/django/unforeseen", 500),
    ],
)
def test_an_error_undoes_the_change(where: str, status: int) -> None:
    assert post(where) == status
    assert User.objects.get(email=EMAIL).full_name == "Before"


def test_a_write_of_the_shop_commits_or_changes_nothing() -> None:
    def register(email: str) -> int:
        body = {"email": email, "password": "a password of the tests", "full_name": "After"}
        return Client().post("/api/auth/register", body, "application/json", headers={"Host": "localhost"}).status_code

    assert [register(email) for email in (OTHER_EMAIL, OTHER_EMAIL, EMAIL)] == [201, 422, 422]
    assert User.objects.get(email=OTHER_EMAIL).full_name == "After"
    assert User.objects.get(email=EMAIL).full_name == "Before"
