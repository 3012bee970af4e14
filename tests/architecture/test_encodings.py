"""Every call that reads or writes text has an encoding, so that it does not depend on the locale."""

import ast
from collections.abc import Iterator

import pytest

from harness.paths import ROOT

DIRECTORIES = ("django_impl", "fastapi_impl", "tutorial_impl", "harness", "benchmarks", "tests")
# Functions with an encoding parameter, and the number of positional parameters before it.
TEXT = {"read_text": 0, "write_text": 1, "open": 3}
TEMPORARY = {"NamedTemporaryFile", "TemporaryFile"}
PROGRAMS = {"run", "Popen", "check_output"}
# Modules and objects whose `open` does not open a text file.
OTHERS = {"os", "Image", "recorder"}
BINARY = {"rb", "wb", "ab", "xb", "r+b", "w+b"}


def calls_without_encoding(tree: ast.AST) -> Iterator[int]:
    """Yield the line numbers of calls that use the encoding of the locale."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _is_text(call) and "encoding" not in {word.arg for word in call.keywords}:
            yield call.lineno


def _is_text(call: ast.Call) -> bool:
    name, owner = _names(call.func)
    if name in PROGRAMS:
        return any(word.arg in {"text", "universal_newlines"} for word in call.keywords)
    modes = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
    is_binary = any(isinstance(mode, ast.Constant) and mode.value in BINARY for mode in modes)
    if name in TEMPORARY:
        return bool(modes) and not is_binary
    return name in TEXT and owner not in OTHERS and len(call.args) <= TEXT[name] and not is_binary


def _names(function: ast.expr) -> tuple[str, str]:
    """Return the name of a function, and the name of the object whose attribute it is."""
    if not isinstance(function, ast.Attribute):
        return getattr(function, "id", ""), ""
    return function.attr, getattr(function.value, "attr", getattr(function.value, "id", ""))


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_every_text_file_is_opened_with_an_encoding(directory: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / directory).rglob("*.py"))
        for line in calls_without_encoding(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("path.read_text()", True),
        ("path.read_text(errors='replace')", True),
        ("path.write_text(text)", True),
        ("path.open('w')", True),
        ("open(path)", True),
        ("subprocess.run(words, text=True)", True),
        ("tempfile.NamedTemporaryFile('w')", True),
        ("tempfile.TemporaryFile()", False),
        ("path.read_text(encoding='utf-8')", False),
        ("path.read_text('utf-8')", False),
        ("path.open('ab')", False),
        ("open(path, mode='rb')", False),
        ("os.open(path, flags)", False),
        ("subprocess.run(words)", False),
    ],
)
def test_calls_without_an_encoding_are_found(line: str, is_found: bool) -> None:
    assert bool([*calls_without_encoding(ast.parse(line))]) is is_found
