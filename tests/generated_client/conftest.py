"""Generate the client once into a temporary directory, and import it from there."""

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
class Generated:
    """The generated package."""

    name: str

    def client(self, url: str, token: str | None = None) -> Any:
        """A client of a server; an answer with a status that openapi.yaml does not document is an error."""
        package = import_module(self.name)
        options = {"base_url": url, "raise_on_unexpected_status": True, "httpx_args": {"trust_env": False}}
        return package.AuthenticatedClient(**options, token=token) if token else package.Client(**options)

    def model(self, schema: str, /, **fields: Any) -> Any:
        """A value of a schema of openapi.yaml."""
        return getattr(import_module(f"{self.name}.models"), schema)(**fields)

    def call(self, operation: str, *arguments: Any, **options: Any) -> Any:
        """The answer to an operation: its status, its headers, and its body read into a model."""
        (tag,) = OPERATIONS[operation].definition["tags"]
        return import_module(f"{self.name}.api.{tag}.{operation}").sync_detailed(*arguments, **options)


def generate(document: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Generate a client of a document; a warning about a part that cannot be generated is a failure."""
    options = ["--path", document, "--output-path", target, "--config", Path(__file__).with_name("generator.yaml")]
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    return subprocess.run(
        [*command, *map(str, options)], capture_output=True, text=True, stdin=subprocess.DEVNULL, encoding="utf-8"
    )


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    """The client of openapi.yaml."""
    folder = tmp_path_factory.mktemp("client")
    done = generate(CONTRACT / "openapi.yaml", folder / PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield Generated(PACKAGE)
