"""Imports the settings that ENVIRONMENT names; production is the default."""

from django_impl.config.settings.common import ENVIRONMENT

if ENVIRONMENT.production:
    from django_impl.config.settings.production import *  # noqa: F403 - a settings module is all of its names
else:
    from django_impl.config.settings.development import *  # noqa: F403 - a settings module is all of its names
