"""tests/README.md describes every folder of tests, and all its paths exist."""

import re

from harness.paths import ROOT

TESTS = ROOT / "tests"
README = TESTS / "README.md"
PATH = re.compile(r"\btests/[\w./-]*\w/?")
ROW = re.compile(r"^\| `(tests/[\w./]+)` \|", re.MULTILINE)


def test_every_folder_has_a_row() -> None:
    folders = {f"tests/{each.name}/" for each in TESTS.iterdir() if (each / "__init__.py").is_file()}
    assert folders - set(ROW.findall(README.read_text(encoding="utf-8"))) == set()


def test_every_folder_with_test_files_is_mentioned() -> None:
    text = README.read_text(encoding="utf-8")
    folders = {f"{test.parent.relative_to(ROOT).as_posix()}/" for test in TESTS.rglob("test_*.py")} - {"tests/"}
    assert {folder for folder in folders if f"`{folder}`" not in text} == set()


def test_every_path_exists() -> None:
    paths = PATH.findall(README.read_text(encoding="utf-8"))
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
