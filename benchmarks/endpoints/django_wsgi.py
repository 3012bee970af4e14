"""The WSGI application of the implementation with the endpoints, for gunicorn."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.endpoints.django_settings"

from django_impl.config.wsgi import application  # it reads the variable

__all__ = ["application"]
