"""For a server behind a proxy that ends TLS."""

from django_impl.config.settings.common import *  # noqa: F403 - a settings module is all of its names

DEBUG = False

SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # no cookie signs anybody in, so there is no request to forge
    "security.W004",  # HSTS is the proxy's, as TLS is
    "security.W008",  # redirecting to https is the proxy's, as TLS is
]
