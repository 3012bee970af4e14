"""Set up Django in the test process with the development settings."""

import os
from collections.abc import Iterator
from unittest.mock import patch

import django
import pytest
from psycopg2.extensions import parse_dsn

from tests.django_impl.environment import DEVELOPMENT


def pytest_configure(config: pytest.Config) -> None:
    """Set Django up before the test modules import its models."""
    with patch.dict(os.environ, {**DEVELOPMENT, "DJANGO_SETTINGS_MODULE": "django_impl.config.settings"}):
        django.setup()


@pytest.fixture(scope="module")
def connected(database_url: str) -> Iterator[None]:
    """Connect Django to the database of the test worker."""
    from django.db import connections

    keywords = parse_dsn(database_url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    for alias in connections:
        connections[alias].settings_dict |= {setting: keywords.get(keyword, "") for setting, keyword in names.items()}
    yield
    connections.close_all()
