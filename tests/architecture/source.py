"""Parse the source of both implementations without importing it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DJANGO, FASTAPI = ROOT / "django_impl", ROOT / "fastapi_impl"
IMPLEMENTATIONS = (DJANGO, FASTAPI)
NOT_FEATURES = {"admin", "commands", "common", "config", "migrations", "pages", "static"}

type Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Signature:
    """The name and parameters of a function, without FastAPI's `session` or `reader` parameter."""

    name: str
    positional: tuple[str, ...]
    keywords: tuple[str, ...]


def features(implementation: Path) -> set[str]:
    """Return the names of an implementation's feature packages."""
    return {path.parent.name for path in implementation.glob("*/__init__.py")} - NOT_FEATURES


def modules(implementation: Path, feature: str) -> set[str]:
    """Return the names of the modules of a feature."""
    return {path.stem for path in (implementation / feature).glob("*.py")} - {"__init__"}


def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file, or an empty module if the file does not exist."""
    return ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])


def public_functions(path: Path) -> list[Function]:
    """Return the public functions at the top level of a file, in order."""
    found = (node for node in tree(path).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node for node in found if not node.name.startswith("_")]


def classes(path: Path) -> list[ast.ClassDef]:
    """Return the public classes at the top level of a file, in order."""
    return [node for node in tree(path).body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]


def signature(function: Function) -> Signature:
    """Return the signature of a function."""
    arguments = function.args
    positional = tuple(
        one.arg for one in (*arguments.posonlyargs, *arguments.args) if one.arg not in {"session", "reader"}
    )
    return Signature(function.name, positional, tuple(one.arg for one in arguments.kwonlyargs))


def files(implementation: Path) -> Iterator[Path]:
    """Return the source files of an implementation, except its migrations."""
    return (
        path
        for path in sorted(implementation.rglob("*.py"))
        if "migrations" not in path.relative_to(implementation).parts
    )


def texts(path: Path) -> set[str]:
    """Return the string constants of a file."""
    nodes = ast.walk(tree(path))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def keyword_values(path: Path, keyword: str) -> list[str]:
    """Return the constants that are passed as this keyword argument, in the order of the file."""
    found = [
        (argument.value.lineno, str(argument.value.value))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        for argument in node.keywords
        if argument.arg == keyword and isinstance(argument.value, ast.Constant)
    ]
    return [value for _, value in sorted(found)]
