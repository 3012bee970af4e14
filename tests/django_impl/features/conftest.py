"""Empty tables for the feature tests: other tests in the same process commit rows with the same names."""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.conftest import EMPTIED


@pytest.fixture(scope="module")
def empty_tables(own_connection: Connection) -> None:
    """Delete all rows before the tests of a module."""
    with own_connection.cursor() as cursor:
        cursor.execute(EMPTIED)
