"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tutorial_impl.django_shop.settings"

application = get_wsgi_application()
