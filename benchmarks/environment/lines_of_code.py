"""Counts the lines of code of the implementations: features, and code that adapts a framework to the contract."""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.paths import ROOT

IMPLEMENTATIONS = {"django": ROOT / "django_impl", "fastapi": ROOT / "fastapi_impl"}
# Folders of an implementation that are not features. `common` has what the contract requires and the framework lacks.
ADAPTER, CONFIG = "common", "config"
_NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def lines_of_code(source: str) -> int:
    """Return the number of lines with code. Blank lines, comment lines and docstrings do not count."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - set(_docstrings(ast.parse(source))))


def lines_of(paths: Iterable[Path]) -> int:
    """Return the number of lines with code in all files together."""
    return sum(lines_of_code(path.read_text(encoding="utf-8")) for path in paths)


def lines_by_part(implementation: Path) -> dict[str, int]:
    """Return the lines of code of an implementation by folder. Migrations do not count.

    Modules beside the folders count as `config`.
    """
    parts: dict[str, int] = {}
    for path in sorted(implementation.rglob("*.py")):
        part, *rest = path.relative_to(implementation).parts
        if "migrations" not in (part, *rest):
            part = part if rest else CONFIG
            parts[part] = parts.get(part, 0) + lines_of([path])
    return parts


def _docstrings(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            first = node.body[0]
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)
