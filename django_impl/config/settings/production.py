"""The settings for a server behind a proxy that terminates TLS."""

from django_impl.config.settings.common import *  # noqa: F403 - a settings module is all of its names

DEBUG = False

SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # CSRF middleware: a subclass of it is in MIDDLEWARE
    "security.W004",  # HSTS: set by the proxy, which terminates TLS
    "security.W008",  # SSL redirect: done by the proxy
]
