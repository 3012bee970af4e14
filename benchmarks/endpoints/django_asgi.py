"""The ASGI application of the implementation with the endpoints, for uvicorn."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.endpoints.django_async_settings"

from django_impl.config.asgi import application  # it reads the variable

__all__ = ["application"]
