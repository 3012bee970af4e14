"""Write docs/parity-cases.md: for each group, the cases in which a server returns a wrong status."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template

from harness.paths import ROOT
from tests.parity.comparison import GENERATED
from tests.parity.report.page import CASES, anchor, table
from tests.parity.verdicts import COLUMNS, Verdict

PAGE = ROOT / "docs" / CASES
MAX_EXCERPT_LENGTH = 60
_TEMPLATE = Template((Path(__file__).parent / "cases.md").read_text(encoding="utf-8"))
_MARKUP = frozenset("&<>*_`[]|\\!#{}~^$+@=")

type Verdicts = Mapping[str, Sequence[Verdict]]


def rendered(verdicts: Verdicts) -> str:
    """Return the whole page as Markdown."""
    groups = sorted({one.group for one in verdicts["django"]})
    return _TEMPLATE.substitute(sections="\n".join(_section(group, verdicts) for group in groups))


def _section(group: str, verdicts: Verdicts) -> str:
    by_case = {column: {one.case: one for one in verdicts[column] if one.group == group} for column in COLUMNS}
    columns = [column for column in COLUMNS if column.startswith("tutorial") or _has_differences(by_case[column])]
    cases = [case for case in by_case["django"] if any(not by_case[column][case].same_status for column in columns)]
    rows = [list(_row(case, [by_case[column][case] for column in columns])) for case in cases]
    heading = f"## {group} {{ #{anchor(group)} }}\n\n"
    if not rows:
        return f"{heading}No status differs.\n"
    return heading + table(["case", "contract", *(COLUMNS[column] for column in columns)], rows, len(columns) + 2)


def _has_differences(by_case: Mapping[str, Verdict]) -> bool:
    return not all(one.same for one in by_case.values())


def _row(case: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield f"`{case}`"
    yield str(verdicts[0].expected)
    for one in verdicts:
        yield "—" if one.same_status else f"{one.status} {_quoted(one.excerpt) if one.status >= 400 else ''}".strip()


def _quoted(excerpt: str) -> str:
    text = GENERATED.sub(lambda found: f"<{found.lastgroup}>", excerpt)
    text = text if len(text) <= MAX_EXCERPT_LENGTH else text[: MAX_EXCERPT_LENGTH - 1] + "…"
    # Character references prevent that the excerpt is read as Markdown or HTML.
    escaped = "".join(f"&#{ord(one)};" if one in _MARKUP else one for one in text if one.isprintable())
    return f"<code>{escaped}</code>" if escaped else ""
