"""The page of the cases on which a server departs from the contract in status, group by group."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template

from harness.paths import ROOT
from tests.parity.agreement import NEW
from tests.parity.matrix.page import CASES, anchor, table
from tests.parity.verdicts import COLUMNS, Verdict

PAGE = ROOT / "docs" / CASES
LONGEST = 60
_TEMPLATE = Template((Path(__file__).parent / "cases.md").read_text(encoding="utf-8"))
_MARKUP = frozenset("&<>*_`[]|\\!#{}~^$+@=")

type Found = Mapping[str, Sequence[Verdict]]


def rendered(found: Found) -> str:
    """The whole page."""
    groups = sorted({one.group for one in found["django"]})
    return _TEMPLATE.substitute(sections="\n".join(_section(group, found) for group in groups))


def _section(group: str, found: Found) -> str:
    answers = {column: {one.case: one for one in found[column] if one.group == group} for column in COLUMNS}
    columns = [column for column in COLUMNS if column.startswith("tutorial") or _departs(answers[column])]
    cases = [case for case in answers["django"] if any(not answers[column][case].same_status for column in columns)]
    rows = [list(_row(case, [answers[column][case] for column in columns])) for case in cases]
    heading = f"## {group} {{ #{anchor(group)} }}\n\n"
    if not rows:
        return f"{heading}No status differs.\n"
    return heading + table(["case", "wanted", *(COLUMNS[column] for column in columns)], rows, len(columns) + 2)


def _departs(answers: Mapping[str, Verdict]) -> bool:
    return not all(one.same for one in answers.values())


def _row(case: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield f"`{case}`"
    yield str(verdicts[0].expected)
    for one in verdicts:
        yield "—" if one.same_status else f"{one.answered} {_quoted(one.said) if one.answered >= 400 else ''}".strip()


def _quoted(said: str) -> str:
    text = NEW.sub(lambda found: f"<{found.lastgroup}>", said)
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    # As entities, so that nothing in it is read as Markdown or as HTML.
    escaped = "".join(f"&#{ord(one)};" if one in _MARKUP else one for one in text if one.isprintable())
    return f"<code>{escaped}</code>" if escaped else ""
