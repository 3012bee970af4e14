"""The settings of the process for WebSockets.

Its consumers use one thread for the database, which keeps its connection, as a thread of gunicorn does.
"""

from django_impl.config.settings import *  # noqa: F403 - a settings module is all of its names
from django_impl.config.settings.common import DATABASES

ROOT_URLCONF = "django_impl.config.socket_urls"
# It reads no product, so it needs no notifications of the cache.
CACHING = False
# A request over HTTP has a thread of its own, which ends.
DATABASES["readiness"]["CONN_MAX_AGE"] = 0
