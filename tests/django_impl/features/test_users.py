from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.utils import timezone

from django_impl.common.exceptions import NotFound, PermissionDenied
from django_impl.users.models import Throttle, User
from django_impl.users.services import update_user
from django_impl.users.throttling import key_of
from django_impl.users.tokens import issue_access_token
from tests.django_impl.features.base import FeatureTestCase


class UserTests(FeatureTestCase):
    def test_registration_stores_a_hash(self) -> None:
        body = {"email": "New@tests.example", "password": "a password of the tests", "full_name": "New"}

        response = self.client.post("/api/auth/register", body, format="json")

        assert response.status_code == 201
        user = User.objects.get(email="new@tests.example")
        assert user.password.startswith("argon2$argon2id$")
        assert user.check_password("a password of the tests")

    def test_token_authentication_executes_one_query(self) -> None:
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_access_token(self.shopper)}")

        with self.assertNumQueries(1):
            response = self.client.get("/api/auth/me")

        assert response.json()["email"] == "shopper@tests.example"

    def test_token_of_inactive_user_is_invalid(self) -> None:
        token = issue_access_token(self.shopper)
        User.objects.filter(pk=self.shopper.pk).update(is_active=False)
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

        assert self.client.get("/api/auth/me").json()["code"] == "invalid_token"

    def test_staff_change_what_another_user_may_do(self) -> None:
        update_user(user_id=self.shopper.pk, changes={"is_active": False, "is_staff": True}, by=self.staff)

        self.shopper.refresh_from_db()
        assert (self.shopper.is_active, self.shopper.is_staff) == (False, True)

    def test_own_account_and_unknown_users_are_not_changed(self) -> None:
        for user_id, error in ((self.staff.pk, PermissionDenied), (uuid4(), NotFound)):
            with pytest.raises(error):
                update_user(user_id=user_id, changes={"is_active": False}, by=self.staff)

        self.staff.refresh_from_db()
        assert self.staff.is_active

    def test_limit_of_sign_ins_is_checked_before_the_password(self) -> None:
        expires_at = timezone.now() + timedelta(seconds=30)
        Throttle.objects.create(key=key_of("login_account", "shopper@tests.example"), count=1000, expires_at=expires_at)
        form = "username=Shopper%40tests.example&password=anything"

        with (
            self.settings(THROTTLING=True),
            patch("django_impl.users.services.authenticate", side_effect=AssertionError),
        ):
            response = self.client.post("/api/auth/login", form, content_type="application/x-www-form-urlencoded")

        assert response.status_code == 429

    def test_missing_token_returns_401(self) -> None:
        response = self.client.get("/api/auth/me")

        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
