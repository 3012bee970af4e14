"""Copy the repository, and apply mutants to a copy."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path

from tests.mutants.catalogue import Mutant

COPIED = ("django_impl", "fastapi_impl", "harness", "shared_contract", "tests", "pyproject.toml")


def copy_repository(source: Path, target: Path) -> Path:
    """Copy the files that the contract suite needs, and return the target."""
    target.mkdir()
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source / name, target / name)
    return target


@contextmanager
def mutated(copy: Path, mutant: Mutant) -> Iterator[None]:
    """Apply a mutant to the copy, and restore the file afterwards. Raises DoesNotApply."""
    path = copy / mutant.file
    original = path.read_text(encoding="utf-8")
    _write(path, mutant.applied_to(original))
    try:
        yield
    finally:
        _write(path, original)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    # If size and time of the source are unchanged, Python would use the old bytecode.
    Path(cache_from_source(str(path))).unlink(missing_ok=True)
