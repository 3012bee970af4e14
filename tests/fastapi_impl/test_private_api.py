"""Private API of FastAPI and Starlette is used in one module and only with reviewed versions."""

import ast
from importlib.metadata import version
from pathlib import Path

import pytest

from harness.paths import ROOT

FASTAPI_IMPL = ROOT / "fastapi_impl"
PRIVATE_API = FASTAPI_IMPL / "common/http/private_api.py"
# The versions against which private_api.py, and `_body`, `_json` and `_form` in requests.py, were reviewed.
REVIEWED = {"fastapi": "0.165.", "starlette": "1.10."}


def private_imports(path: Path) -> set[str]:
    """Return the private names that a module imports from other packages, and the names from private modules."""
    imports = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    return {
        f"{node.module}.{alias.name}"
        for node in imports
        for alias in node.names
        if not str(node.module).startswith("fastapi_impl")
        and any(part.startswith("_") and part != "__future__" for part in [*str(node.module).split("."), alias.name])
    }


@pytest.mark.parametrize(("package", "reviewed"), REVIEWED.items())
def test_private_api_was_reviewed_for_installed_version(package: str, reviewed: str) -> None:
    installed = version(package)

    assert installed.startswith(reviewed), f"review private_api.py for {package} {installed}"


def test_private_names_are_imported_in_one_module_only() -> None:
    importing = {path for path in FASTAPI_IMPL.rglob("*.py") if private_imports(path)}

    assert importing == {PRIVATE_API}
