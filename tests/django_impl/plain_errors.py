"""URLconf for test_errors.py: its views raise the exceptions of Django and DRF."""

from typing import Any, Never

from django.core import exceptions as django_exceptions
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import path
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from django_impl.common.http.exception_handler import request_rejected, server_error


class Teapot(exceptions.APIException):
    """A custom exception that is written as in DRF's documentation."""

    status_code = 418
    default_detail = "This is a teapot."
    default_code = "teapot"


RAISED: dict[str, Exception] = {
    "throttled": exceptions.Throttled(wait=59.2),
    "parse-error": exceptions.ParseError(),
    "authentication-failed": exceptions.AuthenticationFailed(),
    "not-authenticated": exceptions.NotAuthenticated(),
    "permission-denied": exceptions.PermissionDenied(),
    "custom-detail": exceptions.PermissionDenied("A custom detail."),
    "not-found": exceptions.NotFound(),
    "method": exceptions.MethodNotAllowed("GET"),
    "not-acceptable": exceptions.NotAcceptable(),
    "media-type": exceptions.UnsupportedMediaType("a/b"),
    "teapot": Teapot(),
    "server-error": exceptions.APIException("The printer failed."),
    "validation": exceptions.ValidationError({"name": ["This name is not allowed."], "age": ["This age is too low."]}),
    "validation-list": exceptions.ValidationError(["The request is invalid."]),
    "django-404": Http404(),
    "django-denied": django_exceptions.PermissionDenied(),
    "django-bad": django_exceptions.BadRequest(),
    "django-suspicious": django_exceptions.SuspiciousOperation(),
    "django-too-big": django_exceptions.RequestDataTooBig(),
    "django-multipart": MultiPartParserError("broken"),
    "django-unreadable": UnreadablePostError("gone"),
    "key-error": KeyError("unexpected"),
}


class RaisingView(APIView):
    """Raise the exception that the path names."""

    permission_classes = [AllowAny]

    def get(self, request: Request, name: str) -> Never:
        """Raise the exception."""
        raise RAISED[name]


class UnserializableView(APIView):
    """Return data that no renderer can serialize."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """Return an object that is not serializable."""
        return Response({"x": object()})


class MissingResponseView(APIView):
    """Return no response."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Any:
        """Return None."""


def raising_view(request: HttpRequest, name: str) -> HttpResponse:
    """Raise the exception in a Django view."""
    raise RAISED[name]


def missing_template(request: HttpRequest) -> HttpResponse:
    """Render a template that does not exist."""
    return render(request, "no-such-template.html")


def broken_middleware(get_response: Any) -> Any:
    """Middleware that raises an exception."""

    def middleware(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("the middleware failed")

    return middleware


urlpatterns = [
    path("raises/<name>", RaisingView.as_view()),
    path("plain/<name>", raising_view),
    path("unserializable", UnserializableView.as_view()),
    path("no-response", MissingResponseView.as_view()),
    path("missing-template", missing_template),
]
handler400 = handler403 = handler404 = request_rejected
handler500 = server_error
