"""Both histories create the same tables in each step, and each tool adopts the migrations of the other."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.dataset import load
from harness.paths import ROOT
from harness.postgres.server import Server
from tests.schema import commands, documented_change, source_copies
from tests.schema.catalog import Catalog, catalog, fingerprint
from tests.schema.commands import bare_database
from tests.schema.test_migrations import TABLES


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the source with the migrations of docs/change-the-schema.md."""
    return documented_change.apply_to(source_copies.copy_to(tmp_path))


def steps(copy: Path) -> list[dict[str, Any]]:
    """Return the steps of shared_contract/migrations.yaml."""
    found: list[dict[str, Any]] = yaml.safe_load(
        (copy / "shared_contract/migrations.yaml").read_text(encoding="utf-8")
    )["steps"]
    return found


def catalog_of(server: Server, name: str) -> Catalog:
    """Return the catalog of the contract's tables in a database."""
    with server.connection(name) as connection:
        return catalog(connection, TABLES)


def test_histories_create_the_same_tables_in_each_step(changed: Path, server: Server) -> None:
    with bare_database(server) as django, bare_database(server) as alembic, bare_database(server) as contract:
        for step in steps(changed):
            source_copies.run(changed, server.url(alembic), (*commands.ALEMBIC, "upgrade", step["alembic"]))
            for name in step["django"]:
                source_copies.run(changed, server.url(django), (commands.MANAGE, "migrate", *name.split(".")))
            assert catalog_of(server, django) == catalog_of(server, alembic), step
        with server.connection(contract) as connection, connection.cursor() as cursor:
            cursor.execute((changed / "shared_contract/schema.sql").read_text(encoding="utf-8"))
        # Migrations that no step lists change none of these tables.
        source_copies.run(changed, server.url(django), commands.DJANGO_FORWARD)
        assert catalog_of(server, django) == catalog_of(server, alembic) == catalog_of(server, contract)
        history = source_copies.run(changed, server.url(alembic), (*commands.ALEMBIC, "history"))
        assert re.findall(r"-> (\w+)", history)[::-1] == [step["alembic"] for step in steps(changed)]


ADOPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "alembic adopts the tables of django": (
        commands.DJANGO_FORWARD,
        commands.ALEMBIC_ADOPT,
        ((*commands.ALEMBIC, "current", "--check-heads"), commands.ALEMBIC_PENDING),
    ),
    "django adopts the tables of alembic": (
        commands.ALEMBIC_FORWARD,
        commands.DJANGO_ADOPT,
        ((commands.MANAGE, "migrate", "--check"), commands.DJANGO_PENDING),
    ),
}


@pytest.mark.parametrize(("build", "adopt", "checks"), ADOPTIONS.values(), ids=ADOPTIONS)
def test_tool_adopts_the_tables_of_the_other_and_changes_no_row(
    changed: Path, server: Server, build: tuple[str, ...], adopt: tuple[str, ...], checks: tuple[tuple[str, ...], ...]
) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        source_copies.run(changed, url, build)
        load(url, products=100)
        with server.connection(name) as connection:
            before = catalog(connection, TABLES), fingerprint(connection, TABLES)
            source_copies.run(changed, url, adopt)
            source_copies.run(changed, url, adopt)  # a second run changes nothing
            assert (catalog(connection, TABLES), fingerprint(connection, TABLES)) == before
        for check in checks:
            source_copies.run(changed, url, check)


def test_adoption_continues_after_the_last_step_of_the_other_tool(changed: Path, server: Server) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        run: Callable[..., str] = lambda *command: source_copies.run(changed, url, command)  # noqa: E731 - shorter to read
        run(*commands.ALEMBIC, "upgrade", "0008")
        run(*commands.DJANGO_ADOPT)
        assert "[X] 0003_note\n [ ] 0004_longer_image" in run(commands.MANAGE, "showmigrations", "products")

        run(*commands.DJANGO_FORWARD)
        run(*commands.ALEMBIC_ADOPT)
        run(*commands.ALEMBIC, "current", "--check-heads")

        run(*commands.ALEMBIC, "downgrade", "0008")
        run(*commands.DJANGO_ADOPT)
        assert "[X] 0003_note\n [ ] 0004_longer_image" in run(commands.MANAGE, "showmigrations", "products")


@pytest.mark.parametrize("adopt", [commands.DJANGO_ADOPT, commands.ALEMBIC_ADOPT], ids=["django", "alembic"])
def test_adoption_fails_if_the_other_tool_has_recorded_nothing(server: Server, adopt: tuple[str, ...]) -> None:
    with bare_database(server) as name:
        failed = source_copies.attempt(ROOT, server.url(name), adopt)

        assert (failed.returncode, len(failed.stderr.splitlines())) == (1, 1)
        assert "has recorded nothing in this database" in failed.stderr


def test_django_adoption_prints_the_recorded_migrations(changed: Path, server: Server) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        source_copies.run(changed, url, (*commands.ALEMBIC, "upgrade", "0008"))
        adopted = source_copies.run(changed, url, commands.DJANGO_ADOPT)
        source_copies.run(changed, url, (*commands.ALEMBIC, "downgrade", "0007"))
        rolled_back = source_copies.run(changed, url, commands.DJANGO_ADOPT)

        assert "Recorded as applied: products.0003_note" in adopted
        assert rolled_back.strip() == "Recorded as not applied: products.0003_note"
