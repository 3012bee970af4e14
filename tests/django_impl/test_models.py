"""The models and their migrations."""

import pytest
from django.apps import apps
from django.db import NotSupportedError, connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def test_the_migrations_say_what_the_models_say() -> None:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(loader.graph)

    assert changes == {}


def test_an_older_postgresql_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "get_database_version", lambda: (17, 6))

    with pytest.raises(NotSupportedError, match=r"PostgreSQL 18 or later is required \(found 17\.6\)"):
        connection.check_database_version_supported()
