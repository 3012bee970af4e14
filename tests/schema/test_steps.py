"""Both histories make the same tables step by step, and each tool adopts what the other has done."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.dataset import load
from harness.paths import ROOT
from harness.postgres.server import Server
from tests.schema import changes, copies, migrations
from tests.schema.catalog import Catalog, catalog, fingerprint
from tests.schema.migrations import bare_database
from tests.schema.test_migrations import TABLES


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy with the migrations of docs/change-the-schema.md."""
    return changes.apply_to(copies.copy_to(tmp_path))


def steps(copy: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(
        (copy / "shared_contract/migrations.yaml").read_text(encoding="utf-8")
    )["steps"]
    return found


def tables_of(server: Server, name: str) -> Catalog:
    with server.connection(name) as connection:
        return catalog(connection, TABLES)


def test_every_step_makes_the_same_tables_and_the_last_those_of_the_contract(changed: Path, server: Server) -> None:
    with bare_database(server) as django, bare_database(server) as alembic, bare_database(server) as written:
        for step in steps(changed):
            copies.run(changed, server.url(alembic), (*migrations.ALEMBIC, "upgrade", step["alembic"]))
            for name in step["django"]:
                copies.run(changed, server.url(django), (migrations.MANAGE, "migrate", *name.split(".")))
            assert tables_of(server, django) == tables_of(server, alembic), step
        with server.connection(written) as connection, connection.cursor() as cursor:
            cursor.execute((changed / "shared_contract/schema.sql").read_text(encoding="utf-8"))
        # What is listed in no step changes none of these tables.
        copies.run(changed, server.url(django), migrations.DJANGO_FORWARD)
        assert tables_of(server, django) == tables_of(server, alembic) == tables_of(server, written)
        history = copies.run(changed, server.url(alembic), (*migrations.ALEMBIC, "history"))
        assert re.findall(r"-> (\w+)", history)[::-1] == [step["alembic"] for step in steps(changed)]


ADOPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "alembic adopts what django built": (
        migrations.DJANGO_FORWARD,
        migrations.ALEMBIC_ADOPT,
        ((*migrations.ALEMBIC, "current", "--check-heads"), migrations.ALEMBIC_PENDING),
    ),
    "django adopts what alembic built": (
        migrations.ALEMBIC_FORWARD,
        migrations.DJANGO_ADOPT,
        ((migrations.MANAGE, "migrate", "--check"), migrations.DJANGO_PENDING),
    ),
}


@pytest.mark.parametrize(("build", "adopt", "checks"), ADOPTIONS.values(), ids=ADOPTIONS)
def test_one_tool_adopts_what_the_other_built_and_touches_no_row(
    changed: Path, server: Server, build: tuple[str, ...], adopt: tuple[str, ...], checks: tuple[tuple[str, ...], ...]
) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        copies.run(changed, url, build)
        load(url, products=100)
        with server.connection(name) as connection:
            before = catalog(connection, TABLES), fingerprint(connection, TABLES)
            copies.run(changed, url, adopt)
            copies.run(changed, url, adopt)  # again: there is nothing left to do
            assert (catalog(connection, TABLES), fingerprint(connection, TABLES)) == before
        for check in checks:
            copies.run(changed, url, check)


def test_adoption_goes_on_from_where_the_other_tool_stopped(changed: Path, server: Server) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        run: Callable[..., str] = lambda *command: copies.run(changed, url, command)  # noqa: E731 - shorter to read
        run(*migrations.ALEMBIC, "upgrade", "0004")
        run(*migrations.DJANGO_ADOPT)
        assert "[X] 0002_note\n [ ] 0003_longer_image" in run(migrations.MANAGE, "showmigrations", "products")

        run(*migrations.DJANGO_FORWARD)
        run(*migrations.ALEMBIC_ADOPT)
        run(*migrations.ALEMBIC, "current", "--check-heads")

        run(*migrations.ALEMBIC, "downgrade", "0004")
        run(*migrations.DJANGO_ADOPT)
        assert "[X] 0002_note\n [ ] 0003_longer_image" in run(migrations.MANAGE, "showmigrations", "products")


@pytest.mark.parametrize("adopt", [migrations.DJANGO_ADOPT, migrations.ALEMBIC_ADOPT], ids=["django", "alembic"])
def test_where_the_other_tool_has_recorded_nothing_there_is_nothing_to_adopt(
    server: Server, adopt: tuple[str, ...]
) -> None:
    with bare_database(server) as name:
        refused = copies.attempt(ROOT, server.url(name), adopt)

        assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
        assert "has recorded nothing in this database" in refused.stderr


def test_django_says_what_it_records(changed: Path, server: Server) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        copies.run(changed, url, (*migrations.ALEMBIC, "upgrade", "0004"))
        adopted = copies.run(changed, url, migrations.DJANGO_ADOPT)
        copies.run(changed, url, (*migrations.ALEMBIC, "downgrade", "0003"))
        taken_back = copies.run(changed, url, migrations.DJANGO_ADOPT)

        assert "Recorded as applied: products.0002_note" in adopted
        assert taken_back.strip() == "Recorded as not applied: products.0002_note"
