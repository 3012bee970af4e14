"""Django in the test process: set up once, with the settings of development."""

import os
from unittest.mock import patch

import django
import pytest

from tests.django_impl.environment import DEVELOPMENT


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001 - pytest's form
    """Set Django up before the test modules import its models."""
    with patch.dict(os.environ, {**DEVELOPMENT, "DJANGO_SETTINGS_MODULE": "django_impl.config.settings"}):
        django.setup()
