"""`django-tutorial` with persistent connections, as Django's documentation recommends for production.

The tutorial does not mention CONN_MAX_AGE, and Django's default is a new connection for each request.
"""

import os

os.environ["CONN_MAX_AGE"] = "600"  # seconds

from benchmarks.layers.django_tutorial import application

__all__ = ["application"]
