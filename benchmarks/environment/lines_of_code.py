"""Counts the lines of code of the implementations: their features, and the code that adapts them to the contract."""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.paths import ROOT

IMPLEMENTATIONS = {"django": ROOT / "django_impl", "fastapi": ROOT / "fastapi_impl"}
# Parts of an implementation that are no feature. `common` holds what the contract asks beyond what the framework does.
ADAPTER, CONFIG = "common", "config"
_NOTHING = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def lines_of_code(source: str) -> int:
    """Lines that hold code: neither blank, nor only a comment, nor of a docstring."""
    occupied: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NOTHING:
            occupied.update(range(token.start[0], token.end[0] + 1))
    return len(occupied - set(_docstrings(ast.parse(source))))


def lines_of(paths: Iterable[Path]) -> int:
    """Lines of code of all the files together."""
    return sum(lines_of_code(path.read_text(encoding="utf-8")) for path in paths)


def lines_by_part(implementation: Path) -> dict[str, int]:
    """Lines of each folder of an implementation: `common`, `config` with the modules beside it, the features.

    Migrations do not count.
    """
    parts: dict[str, int] = {}
    for path in sorted(implementation.rglob("*.py")):
        part, *below = path.relative_to(implementation).parts
        if "migrations" not in (part, *below):
            part = part if below else CONFIG
            parts[part] = parts.get(part, 0) + lines_of([path])
    return parts


def _docstrings(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            first = node.body[0]
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)
