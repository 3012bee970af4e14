"""The implementation's database backend with another SQL compiler."""

from django.db.backends.postgresql import operations

from django_impl.common.database.postgresql import base


class DatabaseOperations(operations.DatabaseOperations):
    """Creates the compilers of this package."""

    compiler_module = "benchmarks.layers.compiled_once.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """The implementation's connection."""

    ops_class = DatabaseOperations
