"""Writes the report as one self-contained HTML file."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from benchmarks.analysis import bottlenecks
from benchmarks.analysis.summary import Summary, summaries
from benchmarks.report import notes, palette
from benchmarks.report.answer import answer
from benchmarks.report.caveats import MEANINGS
from benchmarks.report.cold_start import cold_starts
from benchmarks.report.fanout import fanout
from benchmarks.report.findings import findings
from benchmarks.report.html.figures import Figure, figures
from benchmarks.report.html.overview import overview
from benchmarks.report.html.styles import share_styles
from benchmarks.report.html.summary import bounds, calculator, entry_kind, main, optional_figure, ratio_text
from benchmarks.report.html.tables import Table, table
from benchmarks.report.levels import level_of
from benchmarks.report.precision import precision
from benchmarks.results import Part, Results

FILE = "report.html"
# By the name of the part. A part that measures a level is named after it.
TITLES = {
    "variants": "Servers and drivers",
    "open": "Open load at three rates",
    "load": "Increasing load",
    "layers": "Framework layers",
    "growth": "Data growth",
    "memory": "Memory",
    "upstream": "A slow upstream",
    "pool": "Threads and connections",
    "mixed": "Reads beside sign-ins",
    "large": "Large responses",
    "upload": "Uploads",
    "cached": "Reads from the cache",
    "workers": "Worker processes",
    "cold-start": "Cold start",
    "websocket-fanout": "WebSocket fan-out",
}


@dataclass(frozen=True)
class Section:
    """A part for the template."""

    name: str
    title: str
    state: str
    findings: list[str]
    table: Table
    figures: list[Figure]
    invalid: list[tuple[str, list[str]]]
    rejected: list[str]
    budget: list[str]
    variants: list[str]
    precision: list[str]


def title(part: Part) -> str:
    """Return the heading of a part."""
    level = level_of(part)
    return f"Details: {level.clause[0].lower()}{level.clause[1:]}" if level else TITLES.get(part.name, part.name)


def write_html(results: Results, path: Path, part_summaries: Sequence[Summary] | None = None) -> None:
    """Write the report. `part_summaries` are computed if they are not given. Raises OSError."""
    path.write_text(html(results, part_summaries or summaries(results)), encoding="utf-8")


def html(results: Results, part_summaries: Sequence[Summary]) -> str:
    """Return the page as HTML."""
    pairs = list(zip(results.parts, part_summaries, strict=True))
    sections = [_section(part, part_summary) for part, part_summary in pairs]
    scripts = [Markup(_asset("page.js"))]  # noqa: S704 - code without measured data
    page = (
        _environment()
        .get_template("page.html")
        .render(
            overview=overview(results),
            sections=sections,
            answer=answer(results, part_summaries),
            main=main(results, part_summaries),
            sizing=calculator(results, part_summaries),
            warnings=notes.warnings(part_summaries, results),
            method=notes.method(),
            meanings=MEANINGS,
            bottlenecks=bottlenecks.MEANINGS,
            filters=_filters(results.parts),
            colours={"light": palette.LIGHT, "dark": palette.DARK},
            style=Markup(_asset("page.css")),  # noqa: S704 - code without measured data
            scripts=scripts,
            policy=policy(scripts),
        )
    )
    return share_styles(page)


def policy(scripts: Sequence[str]) -> str:
    """Return a Content-Security-Policy that allows these scripts only, and no requests."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _environment() -> Environment:
    loader = PackageLoader("benchmarks.report.html")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {
        "bounds": bounds,
        "ratio_text": ratio_text,
        "entry_kind": entry_kind,
        "figure": optional_figure,
    }
    return environment


def _asset(name: str) -> str:
    return resources.files("benchmarks.report.html").joinpath("templates", name).read_text(encoding="utf-8")


def _section(part: Part, summary: Summary) -> Section:
    keys = {(row.scenario, row.load, row.subject) for row in summary.rows}
    return Section(
        name=part.name,
        title=title(part),
        state=_state(part, summary),
        findings=[*findings(summary, part.settings), *cold_starts(part), *fanout(part)],
        table=table(part, summary),
        figures=figures(part, summary),
        invalid=list(summary.invalid.items()),
        rejected=[f"{key[0]}, {key[2].variant}: {reason}" for key, reason in summary.rejected.items() if key in keys],
        budget=part.budget,
        variants=notes.variants(part.settings),
        precision=precision(summary, part.settings),
    )


def _state(part: Part, summary: Summary) -> str:
    if not part.settings.cells:
        return ""
    if not summary.rounds:
        return "No round was finished."
    if not part.is_finished:
        return f"Only {summary.rounds} of {part.settings.rounds} rounds were finished."
    return ""


def _filters(parts: Sequence[Part]) -> dict[str, list[str]]:
    """Return the names and values of the filters, in the order of measurement."""
    return {
        "part": [part.name for part in parts],
        "scenario": list(dict.fromkeys(name for part in parts for name in part.settings.scenarios)),
        "variant": list(dict.fromkeys(name for part in parts for name in part.settings.variants)),
    }
