"""`make install` on a machine that has only make and a shell."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.paths import ROOT
from harness.postgres.unprivileged import Account


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A directory with the files that `make install` uses, and with a `bin` of basic programs."""
    for directory in ("harness", "benchmarks"):
        (tmp_path / directory).mkdir()
    for name in ("Makefile", "requirements.lock", "benchmarks/variants.lock", ".python-version", "harness/install.sh"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for program in ("awk", "cat", "cmp", "cp", "dirname", "make", "rm", "sh"):
        found = shutil.which(program)
        assert found is not None
        (tmp_path / "bin" / program).symlink_to(found)
    return tmp_path


def make(directory: Path, *targets: str) -> subprocess.CompletedProcess[str]:
    """Run `make` with the programs of `bin` alone."""
    environment = {"PATH": str(directory / "bin")}
    return subprocess.run(
        ["make", *targets], cwd=directory, env=environment, capture_output=True, text=True, encoding="utf-8"
    )


def put(directory: Path, program: str, *lines: str) -> None:
    """Add a shell script to `bin`."""
    path = directory / "bin" / program
    path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n", encoding="utf-8")
    path.chmod(0o755)


def test_make_without_a_target_lists_all_targets(bare_machine: Path) -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    listed = re.findall(r"^  make ([\w-]+)", make(bare_machine).stdout, re.MULTILINE)
    assert listed == phony[1].split()


def test_missing_python_is_reported_with_instructions(bare_machine: Path) -> None:
    put(bare_machine, "python3", "exit 1")
    put(bare_machine, "uv", "exit 127")
    result = make(bare_machine, "install")
    assert result.returncode != 0
    assert "There is no Python 3.12, 3.13 or 3.14 on this machine" in result.stderr
    assert "apt install python3" in result.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "benchmarks/variants.lock"])
def test_packages_are_only_installed_again_when_a_lock_file_changes(bare_machine: Path, lock: str) -> None:
    put(bare_machine, "python3.12", "exit 0")
    fake = 'mkdir -p .venv/bin; printf "#!/bin/sh\\nexit 0\\n" > .venv/bin/python; chmod +x .venv/bin/python'
    put(bare_machine, "uv", "PATH=/usr/bin:/bin", f'case "$1" in venv) {fake} ;; pip) echo "$@" >> log ;; esac')

    def installations() -> list[str]:
        make(bare_machine, "install").check_returncode()
        return (bare_machine / "log").read_text(encoding="utf-8").splitlines()

    everything, variants = installations()
    assert everything.endswith("--require-hashes requirements.lock")
    assert "--target .venv/variants --no-deps --require-hashes -r benchmarks/variants.lock" in variants
    assert len(installations()) == 2
    (bare_machine / lock).write_text("", encoding="utf-8")
    assert len(installations()) == 4


def test_failed_installation_is_retried(bare_machine: Path) -> None:
    put(bare_machine, "python3.12", "exit 0")
    fake = 'mkdir -p .venv/bin; printf "#!/bin/sh\\nexit 0\\n" > .venv/bin/python; chmod +x .venv/bin/python'
    put(bare_machine, "uv", "PATH=/usr/bin:/bin", f'case "$1" in venv) {fake} ;; pip) echo "$@" >> log; exit 1 ;; esac')
    for _ in range(2):
        assert "The packages could not be installed" in make(bare_machine, "install").stderr
    assert len((bare_machine / "log").read_text(encoding="utf-8").splitlines()) == 2


def test_unprivileged_user_keeps_a_capability_only_for_unreachable_paths(tmp_path: Path) -> None:
    account = Account(54_321, 54_321)
    closed = tmp_path / "closed" / "data"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    assert "unreachable" in account.command(["true"], required_paths=[closed])
    assert "reachable" in account.command(["true"], required_paths=[Path("/usr/bin")])
