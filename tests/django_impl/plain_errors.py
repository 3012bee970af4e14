"""Paths whose views and middleware fail in every way that Django and DRF know: a URLconf for the tests beside it."""

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
    """An exception as DRF's documentation has a project write it."""

    status_code = 418
    default_detail = "I brew no coffee."
    default_code = "teapot"


RAISED: dict[str, Exception] = {
    "throttled": exceptions.Throttled(wait=59.2),
    "parse-error": exceptions.ParseError(),
    "authentication-failed": exceptions.AuthenticationFailed(),
    "not-authenticated": exceptions.NotAuthenticated(),
    "permission-denied": exceptions.PermissionDenied(),
    "own-words": exceptions.PermissionDenied("Only on Sundays."),
    "not-found": exceptions.NotFound(),
    "method": exceptions.MethodNotAllowed("GET"),
    "not-acceptable": exceptions.NotAcceptable(),
    "media-type": exceptions.UnsupportedMediaType("a/b"),
    "teapot": Teapot(),
    "server-error": exceptions.APIException("The printer is on fire."),
    "validation": exceptions.ValidationError({"name": ["Not this one."], "age": ["Too young."]}),
    "validation-list": exceptions.ValidationError(["This is wrong as a whole."]),
    "django-404": Http404(),
    "django-denied": django_exceptions.PermissionDenied(),
    "django-bad": django_exceptions.BadRequest(),
    "django-suspicious": django_exceptions.SuspiciousOperation(),
    "django-too-big": django_exceptions.RequestDataTooBig(),
    "django-multipart": MultiPartParserError("broken"),
    "django-unreadable": UnreadablePostError("gone"),
    "key-error": KeyError("unexpected"),
}


class Raises(APIView):
    """Raises what the path names."""

    permission_classes = [AllowAny]

    def get(self, request: Request, name: str) -> Never:
        """Raise it."""
        raise RAISED[name]


class Answers(APIView):
    """Answers what no renderer can write."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """Answer it."""
        return Response({"x": object()})


class AnswersNothing(APIView):
    """Forgets to answer."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Any:
        """Answer nothing."""


def plain(request: HttpRequest, name: str) -> HttpResponse:
    """A view without DRF."""
    raise RAISED[name]


def page(request: HttpRequest) -> HttpResponse:
    """A page whose template is not there."""
    return render(request, "no-such-template.html")


def broken_middleware(get_response: Any) -> Any:
    """Middleware that fails."""

    def answer(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("the middleware failed")

    return answer


urlpatterns = [
    path("raises/<name>", Raises.as_view()),
    path("plain/<name>", plain),
    path("answers", Answers.as_view()),
    path("nothing", AnswersNothing.as_view()),
    path("page", page),
]
handler400 = handler403 = handler404 = request_rejected
handler500 = server_error
