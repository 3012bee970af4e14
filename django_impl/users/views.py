from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from django_impl.common.http.addresses import client_address
from django_impl.common.http.parsers import StrictFormParser
from django_impl.common.http.viewsets import ShopViewSet
from django_impl.contract import TOKENS
from django_impl.users import services, tokens
from django_impl.users.authentication import get_active_user
from django_impl.users.models import User
from django_impl.users.serializers import AccessToken, Credentials, RefreshRequest, Registration, TokenPair, UserOut
from django_impl.users.throttling import throttle_sign_in


class AuthViewSet(ShopViewSet):
    """Register, sign in, refresh the access token."""

    serializer_class = UserOut
    actions_returning_201 = ("register",)
    sign_in_actions = ("login", "refresh")
    throttled_actions = ("login",)
    input_serializer_classes = {"register": Registration, "login": Credentials, "refresh": RefreshRequest}

    @extend_schema(operation_id="register", summary="Register a user")
    @action(
        detail=False, methods=["post"], authentication_classes=[], permission_classes=[AllowAny], query_parameters=()
    )
    def register(self, request: Request) -> Response:
        """The e-mail address is stored in lower case and must be unique."""
        data = self.get_validated_data()
        with transaction.atomic():
            user = services.register(**data)
        return Response(UserOut(user).data, status=201, headers={"Location": reverse("auth-me")})

    @extend_schema(operation_id="login", summary="Sign in")
    @action(
        detail=False,
        methods=["post"],
        authentication_classes=[],
        permission_classes=[AllowAny],
        parser_classes=[StrictFormParser],
        query_parameters=(),
        serializer_class=TokenPair,
    )
    def login(self, request: Request) -> Response:
        """The OAuth 2 password form; `username` is the e-mail address.

        An unknown address, a wrong password and an inactive account get the same response after the same time.
        """
        data = self.get_validated_data()
        throttle_sign_in(address=request_address(request), account=data["username"].lower())
        user = services.sign_in(email=data["username"], password=data["password"])
        answer = {**access_token(user), "refresh_token": tokens.issue_refresh_token(user)}
        return Response(TokenPair(answer).data)

    @extend_schema(operation_id="refresh", summary="Get a new access token")
    @action(
        detail=False,
        methods=["post"],
        authentication_classes=[],
        permission_classes=[AllowAny],
        query_parameters=(),
        serializer_class=AccessToken,
    )
    def refresh(self, request: Request) -> Response:
        """The refresh token does not change. When it has expired, the user must sign in again."""
        data = self.get_validated_data()
        user = get_active_user(tokens.read_refresh_token(data["refresh_token"]))
        return Response(AccessToken(access_token(user)).data)

    @extend_schema(operation_id="get_me", summary="Show the signed-in user")
    @action(detail=False, permission_classes=[IsAuthenticated], query_parameters=())
    def me(self, request: Request) -> Response:
        """The user of the access token."""
        return Response(UserOut(request.user).data)


def request_address(request: Request | HttpRequest) -> str:
    """Return the address of the client that sent the request."""
    peer, forwarded_for = request.META["REMOTE_ADDR"], request.META.get("HTTP_X_FORWARDED_FOR", "")
    return client_address(peer, forwarded_for, settings.TRUSTED_PROXIES)


def access_token(user: User) -> dict[str, str | int]:
    """Return a new access token with its type and its lifetime."""
    return {
        "access_token": tokens.issue_access_token(user),
        "token_type": "bearer",
        "expires_in": TOKENS["access_lifetime_seconds"],
    }
