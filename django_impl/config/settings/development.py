"""The settings for development."""

from django_impl.config.settings.common import *  # noqa: F403 - a settings module is all of its names
from django_impl.config.settings.common import ENVIRONMENT

DEBUG = ENVIRONMENT.debug
