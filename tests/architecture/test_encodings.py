"""Files and programs' output are read and written as UTF-8 by name, not as the locale of the moment has it."""

import ast
from collections.abc import Iterator

import pytest

from harness.paths import ROOT

DIRECTORIES = ("django_impl", "fastapi_impl", "harness", "benchmarks", "tests")
# What takes an encoding, and how many positional arguments it has when none of them is that.
TEXT = {"read_text": 0, "write_text": 1, "open": 3}
TEMPORARY = {"NamedTemporaryFile", "TemporaryFile"}
PROGRAMS = {"run", "Popen", "check_output"}
# They open no file, or no text.
OTHERS = {"os", "Image", "recorder"}
BINARY = {"rb", "wb", "ab", "xb", "r+b", "w+b"}


def unnamed(tree: ast.AST) -> Iterator[int]:
    """Lines of the calls that leave an encoding to the locale."""
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
    """The name of a function, and of what it is an attribute of."""
    if not isinstance(function, ast.Attribute):
        return getattr(function, "id", ""), ""
    return function.attr, getattr(function.value, "attr", getattr(function.value, "id", ""))


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_every_encoding_is_named(directory: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / directory).rglob("*.py"))
        for line in unnamed(ast.parse(path.read_text(encoding="utf-8")))
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
def test_a_call_that_names_none_is_found(line: str, is_found: bool) -> None:
    assert bool([*unnamed(ast.parse(line))]) is is_found
