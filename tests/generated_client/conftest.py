"""Generate the client once in a temporary directory, and import it from there."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.contract.document import OPERATIONS
from tests.contract_lint import CONTRACT

PACKAGE = "generated_shop_client"


@dataclass(frozen=True)
class GeneratedClient:
    """The generated package."""

    name: str

    def client(self, url: str, token: str | None = None) -> Any:
        """Return a client of a server. It raises an error for a status that openapi.yaml does not document."""
        package = import_module(self.name)
        options = {"base_url": url, "raise_on_unexpected_status": True, "httpx_args": {"trust_env": False}}
        return package.AuthenticatedClient(**options, token=token) if token else package.Client(**options)

    def model(self, schema: str, /, **fields: Any) -> Any:
        """Return an instance of the model for a schema of openapi.yaml."""
        return getattr(import_module(f"{self.name}.models"), schema)(**fields)

    def call(self, operation: str, *arguments: Any, **options: Any) -> Any:
        """Call an operation, and return the response: status, headers, and the body as a model."""
        (tag,) = OPERATIONS[operation].definition["tags"]
        return import_module(f"{self.name}.api.{tag}.{operation}").sync_detailed(*arguments, **options)


def generate(document: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Generate a client from a document. The command fails if it cannot generate a part of the document."""
    options = ["--path", document, "--output-path", target, "--config", Path(__file__).with_name("generator.yaml")]
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    return subprocess.run(
        [*command, *map(str, options)], capture_output=True, text=True, stdin=subprocess.DEVNULL, encoding="utf-8"
    )


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GeneratedClient]:
    """The client that was generated from openapi.yaml."""
    folder = tmp_path_factory.mktemp("client")
    done = generate(CONTRACT / "openapi.yaml", folder / PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield GeneratedClient(PACKAGE)
