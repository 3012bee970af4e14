"""Each implementation generates a document that matches openapi.yaml, and does not read openapi.yaml."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from openapi_spec_validator import validate

from harness.paths import ROOT
from harness.servers.command_lines import SECRET_KEY
from harness.servers.server import RunningServer
from tests.contract.document import DOCUMENT
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract_lint import Node
from tests.documents.comparison import differences
from tests.documents.normalisation import normalised

# Each program prints the document that its implementation serves.
PROGRAMS = {
    "django": (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "print(Client().get('/openapi.json', headers={'host': 'localhost'}).content.decode())"
    ),
    "fastapi": (
        "import json\n"
        "from fastapi_impl.main import app\n"
        "print(json.dumps(app.openapi(), ensure_ascii=False, separators=(',', ':')))"
    ),
}


@pytest.fixture(params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest) -> RunningServer:
    """Each implementation."""
    running: RunningServer = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def served(implementation: RunningServer) -> Node:
    """The document that the implementation serves."""
    document: Node = httpx.get(f"{implementation.url}/openapi.json", trust_env=False).raise_for_status().json()
    return document


def test_generated_document_is_valid_openapi(served: Node) -> None:
    validate(served)


def test_generated_document_matches_the_contract(served: Node) -> None:
    found = list(differences(normalised(DOCUMENT), normalised(served)))
    assert not found, f"{len(found)} differences:\n" + "\n".join(found)


@pytest.mark.parametrize("code", ["django_impl", "fastapi_impl"])
def test_implementation_code_does_not_refer_to_openapi_yaml(code: str) -> None:
    sources = [path for path in (ROOT / code).rglob("*") if path.suffix in {".py", ".toml", ".ini", ".html"}]
    assert [path for path in sources if "openapi.yaml" in path.read_text(encoding="utf-8")] == []


def test_document_is_generated_without_openapi_yaml(
    implementation: RunningServer, served: Node, tmp_path: Path
) -> None:
    code = "django_impl" if implementation.name == "django" else "fastapi_impl"
    shutil.copytree(ROOT / code, tmp_path / code, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        ROOT / "shared_contract", tmp_path / "shared_contract", ignore=shutil.ignore_patterns("openapi.yaml")
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAMS[implementation.name]],
        cwd=tmp_path,
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert json.loads(done.stdout) == served


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(folder),
        "DJANGO_SETTINGS_MODULE": "django_impl.config.settings",
        "ENVIRONMENT": "development",
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
    }
