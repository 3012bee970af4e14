"""Writes the report as one self-contained HTML file."""

import base64
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

from benchmarks.analysis import bottlenecks
from benchmarks.analysis.summary import Summary, summaries
from benchmarks.report import palette
from benchmarks.report.caveats import MEANINGS
from benchmarks.report.findings import findings
from benchmarks.report.html.charts import plots
from benchmarks.report.html.charts.plot import Plot
from benchmarks.report.html.overview import overview
from benchmarks.report.html.tables import Table, table
from benchmarks.results import Part, Results

FILE = "report.html"
TITLES = {
    "main": "Scenario by scenario",
    "variants": "Servers and workers",
    "load": "Under more and more load",
    "layers": "Framework layers",
    "growth": "Growth",
    "memory": "Memory",
}


@dataclass(frozen=True)
class Section:
    """A part as the template draws it."""

    name: str
    title: str
    state: str
    findings: list[str]
    table: Table
    plots: list[Plot]
    invalid: list[tuple[str, list[str]]]
    rejected: list[str]
    budget: list[str]


def write_html(results: Results, path: Path, found: Sequence[Summary] | None = None) -> None:
    """Write the report; `found` are the parts' summaries, where they are known already. Raises OSError."""
    path.write_text(html(results, summaries(results) if found is None else found), encoding="utf-8")


def html(results: Results, found: Sequence[Summary]) -> str:
    """The whole page."""
    pairs = list(zip(results.parts, found, strict=True))
    sections = [_section(part, summary) for part, summary in pairs]
    scripts = [Markup(get_plotlyjs()), Markup(_asset("page.js"))]  # noqa: S704 - both are code, neither has what was measured
    return (
        _environment()
        .get_template("page.html")
        .render(
            overview=overview(results),
            sections=sections,
            verdict=next((each.findings for each in sections if each.findings), []),
            meanings=MEANINGS,
            bottlenecks=bottlenecks.MEANINGS,
            filters=_filters(results.parts),
            colours={"light": palette.LIGHT, "dark": palette.DARK},
            style=Markup(_asset("page.css")),  # noqa: S704 - written by hand
            scripts=scripts,
            policy=policy(scripts),
        )
    )


def policy(scripts: Sequence[str]) -> str:
    """Return the content security policy: these scripts only, and no requests."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    # Plotly sets styles by itself; pictures are what it draws for the clipboard, never addresses.
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _environment() -> Environment:
    loader = PackageLoader("benchmarks.report.html")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters["finite"] = _without_nan
    return found


def _asset(name: str) -> str:
    return resources.files("benchmarks.report.html").joinpath("templates", name).read_text(encoding="utf-8")


def _section(part: Part, summary: Summary) -> Section:
    keys = {(row.scenario, row.load, row.subject) for row in summary.rows}
    return Section(
        name=part.name,
        title=TITLES.get(part.name, part.name),
        state=_state(part, summary),
        findings=findings(summary, part.settings),
        table=table(part, summary),
        plots=plots(part, summary),
        invalid=list(summary.invalid.items()),
        rejected=[f"{key[0]}, {key[2].variant}: {why}" for key, why in summary.rejected.items() if key in keys],
        budget=part.budget,
    )


def _state(part: Part, summary: Summary) -> str:
    if not summary.rounds:
        return "No round was finished, so there is nothing to see."
    if not part.is_finished:
        return f"Only {summary.rounds} of {part.settings.rounds} rounds were finished."
    return ""


def _filters(parts: Sequence[Part]) -> dict[str, list[str]]:
    """What can be chosen, in the order in which it was measured."""
    return {
        "part": [part.name for part in parts],
        "measure": ["rate", "latency", "cost", "memory"],
        "scenario": list(dict.fromkeys(name for part in parts for name in part.settings.scenarios)),
        "variant": list(dict.fromkeys(name for part in parts for name in part.settings.variants)),
    }


def _without_nan(value: Any) -> Any:
    """Replace nan by None, which JSON can represent."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    return [_without_nan(each) for each in value] if isinstance(value, list | tuple) else value
