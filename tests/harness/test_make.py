"""The Makefile's targets get the variables of `.env`, and shell variables do not change what they do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.paths import ROOT

SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]
# The fake modules print their arguments, and the variables whose names are in PRINTED.
PRINT = """
import os, sys
print(*sys.argv[1:], *(f"{name}={os.environ.get(name)!r}" for name in os.environ["PRINTED"].split()), sep="|")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files that `make` uses, with fake modules instead of those that the targets run."""
    root = tmp_path / "a copy"
    (root / ".venv" / "bin").mkdir(parents=True)
    python = root / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    shutil.copytree(ROOT / "harness", root / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "benchmarks").mkdir()
    for name in ("Makefile", "requirements.lock", "benchmarks/variants.lock"):
        shutil.copy(ROOT / name, root / name)
    shutil.copy(ROOT / "requirements.lock", root / ".venv" / "installed.lock")
    shutil.copy(ROOT / "benchmarks" / "variants.lock", root / ".venv" / "installed-variants.lock")
    for module in ("harness", "benchmarks", "tests/parity", "tests/mutants", "pytest"):
        (root / module).mkdir(parents=True, exist_ok=True)
        (root / module / "__main__.py").write_text(PRINT, encoding="utf-8")
    return root


def make(root: Path, *words: str, shell: str = "sh", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `make` with these arguments and variables, and with that shell."""
    path = root.parent / shell / "sh"
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(str(shutil.which(shell)))
    environment = {"PATH": f"{path.parent}{os.pathsep}{os.environ['PATH']}", "PRINTED": "", **variables}
    command = ["make", f"SHELL={path}", *words]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize("shell", SHELLS)
def test_no_shell_interprets_dotenv(copy: Path, shell: str) -> None:
    url = "postgresql://shop:password@db:5432/shop?sslmode=require&application_name=x"
    (copy / ".env").write_bytes(f"DATABASE_URL={url}\r\n\r\nDATA_DIR=/srv/my $$(touch made) data\r\n".encode())
    result = make(copy, "doctor", shell=shell, PRINTED="DATABASE_URL DATA_DIR")
    assert result.stderr == ""
    assert result.stdout == f"doctor|DATABASE_URL={url!r}|DATA_DIR='/srv/my $(touch made) data'\n"
    assert not (copy / "made").exists()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("up", "up"),
        ("tutorial", "tutorial"),
        ("down", "down"),
        ("reset", "reset"),
        ("doctor", "doctor"),
        ("url", "url"),
        ("psql", "psql"),
        ("bench", ""),
        ("bench-full", "--full"),
        ("parity", ""),
        ("mutants", ""),
    ],
)
def test_target_gets_the_variables_of_dotenv(copy: Path, target: str, words: str) -> None:
    (copy / ".env").write_text("DATA_DIR=from the file\nLOG_LEVEL=debug\n", encoding="utf-8")
    result = make(copy, target, PRINTED="DATA_DIR LOG_LEVEL", LOG_LEVEL="error")
    assert result.stdout == f"{words}|DATA_DIR='from the file'|LOG_LEVEL='error'\n".lstrip("|" if not words else "")


@pytest.mark.parametrize("path", ["/api/products?limit=2&search=a b", "/a?x=$y&z='\"`ls`;#", "/größe"])
def test_diff_gets_the_path_unchanged(copy: Path, path: str) -> None:
    result = make(copy, "diff", f"URL_PATH={path}", PRINTED="URL_PATH")
    assert result.stdout == f"diff|URL_PATH={path!r}\n", result.stderr
    result = make(copy, "diff", PRINTED="URL_PATH", URL_PATH=path)
    assert result.stdout == f"diff|URL_PATH={path!r}\n", result.stderr


def test_path_variable_instead_of_url_path_is_rejected(copy: Path) -> None:
    result = make(copy, "diff", "PATH=/api/products")
    assert result.returncode != 0
    assert "write make diff URL_PATH='/api/products'" in result.stderr


def test_invalid_line_of_dotenv_stops_the_target(copy: Path) -> None:
    (copy / ".env").write_text("DATA_DIR=/srv\ndata dir\n", encoding="utf-8")
    result = make(copy, "reset")
    assert result.returncode != 0
    assert result.stdout == ""
    assert f"{copy / '.env'}, line 2: this is not NAME=value.\n" in result.stderr


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "variables", [{"PYTHONSAFEPATH": "1"}, {"SHELLOPTS": "braceexpand:hashall", "BASHOPTS": "cmdhist"}, {"A-B": "x"}]
)
def test_shell_variables_do_not_affect_targets(copy: Path, shell: str, variables: dict[str, str]) -> None:
    (copy / ".env").write_text("DATA_DIR=/srv\n", encoding="utf-8")
    result = make(copy, "doctor", shell=shell, PRINTED="DATA_DIR", **variables)
    assert result.stderr == ""
    assert result.stdout == "doctor|DATA_DIR='/srv'\n"


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("script", ["make install", "sh harness/install.sh", "sh .ci/run"])
def test_cdpath_does_not_change_the_directory_of_scripts(copy: Path, shell: str, script: str) -> None:
    other = copy.parent / "other"
    for directory in ("harness", ".ci", ".venv"):
        (other / directory).mkdir(parents=True)
    (other / ".venv" / "mine").touch()
    (other / "Makefile").write_text("check test test-bench:\n\t@echo ran in another project\n", encoding="utf-8")
    shutil.copytree(ROOT / ".ci", copy / ".ci")
    (copy / "Makefile").write_text(
        "check test test-bench:\n\t@echo ran here\ninstall:\n\t@sh harness/install.sh\n", encoding="utf-8"
    )
    path = copy.parent / shell / "sh"
    path.parent.mkdir()
    path.symlink_to(str(shutil.which(shell)))
    environment = {"PATH": f"{path.parent}{os.pathsep}{os.environ['PATH']}", "CDPATH": str(other)}
    result = subprocess.run(script.split(), cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    assert result.stdout in {"", "ran here\n" * 3}
    assert (other / ".venv" / "mine").exists()
