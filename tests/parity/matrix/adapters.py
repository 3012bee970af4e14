"""How many lines each wing spends on the contract rather than on the shop: its `common/`, which no feature needs."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT, files

STOCK = {"stock-drf": "drf", "stock-fastapi": "fastapi_app"}
_NOTHING = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def lines_of_code(source: str) -> int:
    """Lines that hold code: neither blank, nor only a comment, nor of a docstring."""
    occupied: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NOTHING:
            occupied.update(range(token.start[0], token.end[0] + 1))
    return len(occupied - set(_docstrings(ast.parse(source))))


def lines_of_wings() -> dict[str, dict[str, int]]:
    """For each column, the lines of its parts: `common`, the features, `config`; migrations do not count."""
    counts = {}
    for column, wing in {"django": ROOT / "django_impl", "fastapi": ROOT / "fastapi_impl"}.items():
        counts[column] = _by_part(files(wing), wing)
    for column, folder in STOCK.items():
        paths = sorted((ROOT / "tests" / "parity" / "stock" / folder).glob("*.py"))
        counts[column] = {"the whole app": sum(_lines(path) for path in paths)}
    return counts


def _by_part(paths: Iterator[Path], wing: Path) -> dict[str, int]:
    parts: dict[str, int] = {}
    for path in paths:
        part = path.relative_to(wing).parts[0]
        if not part.endswith(".py"):
            parts[part] = parts.get(part, 0) + _lines(path)
    return parts


def _lines(path: Path) -> int:
    return lines_of_code(path.read_text(encoding="utf-8"))


def _docstrings(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            first = node.body[0]
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)
