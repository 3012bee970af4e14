"""Line charts: latencies by percentile, memory by requests, and any figure by what varies in a part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle

from matplotlib.axes import Axes

from benchmarks.analysis.summary import Summary
from benchmarks.report import series
from benchmarks.report.columns import figure
from benchmarks.report.labels import subject_label
from benchmarks.report.palette import LIGHT, colour_name
from benchmarks.report.svg import canvas
from benchmarks.report.svg.plot import Key, Panel, Plot
from benchmarks.report.svg.sweeps import SWEEPS, Measure, Sweep
from benchmarks.results import Part
from benchmarks.settings import Settings, Subject

_HEIGHT = 165
# A plot of latencies with more lines is not readable.
_MAX_LINES = 4
# The percentile for which one in n responses took longer, by n.
_PERCENTILES = {1: "0", 2: "50", 10: "90", 100: "99", 1000: "99.9", 10_000: "99.99", 100_000: "99.999"}


@dataclass(frozen=True)
class Line:
    """A line: its name, the colour of the palette, the stroke of its key and its points (x, y)."""

    name: str
    colour: str
    stroke: str
    points: list[tuple[float, float]]


@dataclass(frozen=True)
class Scale:
    """The axes of a line chart. `ticks` are the texts of the ticks of x by value; empty: Matplotlib's own."""

    label: str
    ticks: dict[float, str]
    is_x_logarithmic: bool = False
    is_y_logarithmic: bool = False
    least_top: float = 0.0


def sweeps(part: Part, summary: Summary) -> Iterator[Plot]:
    """Yield a plot for each quantity that has several values in the part: users, arrivals, workers, products.

    In a part with several loads, only the load is drawn: the lines of other quantities would have no names.
    """
    for sweep in SWEEPS:
        if not sweep.is_of_load and series.has_several_loads(part):
            continue
        strokes = _strokes(sweep, part)
        panels = [
            panel
            for scenario in series.by_scenario(summary.rows)
            for measures in sweep.panels
            for panel in _sweep_panels(sweep, measures, part, summary, scenario, strokes)
        ]
        if panels:
            keys = [Key(name, colour, stroke) for name, (colour, stroke) in strokes.items()]
            yield Plot(sweep.name, sweep.title, sweep.caption, [*keys, *sweep.keys], panels)


def _line_name(sweep: Sweep, subject: Subject, settings: Settings) -> str:
    return subject_label(subject, settings) if sweep.is_of_load else subject.variant


def _strokes(sweep: Sweep, part: Part) -> dict[str, tuple[str, str]]:
    """Return colour and stroke of each line by its name. Lines of the same colour have different strokes."""
    names = {
        _line_name(sweep, subject, part.settings): colour_name(subject.variant) for subject in part.settings.subjects
    }
    if any(len(measures) > 1 and not measures[0].may_be_zero for measures in sweep.panels):
        # The measures have strokes of their own.
        return {name: (colour, "solid") for name, colour in names.items()}
    free = {colour: cycle(canvas.DASHES) for colour in names.values()}
    return {name: (colour, next(free[colour])) for name, colour in names.items()}


def _sweep_panels(
    sweep: Sweep,
    measures: Sequence[Measure],
    part: Part,
    summary: Summary,
    scenario: str,
    strokes: Mapping[str, tuple[str, str]],
) -> Iterator[Panel]:
    lines = []
    for rows in series.swept(summary, scenario, sweep):
        subject = _line_name(sweep, rows[0][1].subject, part.settings)
        colour, stroke = strokes[subject]
        for measure in measures:
            points = [(x, y) for x, row in rows if (y := measure.value(row)) is not None]
            name = f"{subject}, {measure.name}" if len(measures) > 1 else subject
            lines.append(Line(name, colour, measure.stroke if len(measures) > 1 else stroke, points))
    positions = sorted({x for line in lines for x, _ in line.points})
    is_empty = measures[0].may_be_zero and not any(y for line in lines for _, y in line.points)
    if len(positions) > 1 and not is_empty:
        ticks = {x: sweep.text(x) for x in positions} if sweep.has_all_ticks else {}
        scale = Scale(sweep.label, ticks, sweep.is_logarithmic, measures[0].is_logarithmic, measures[0].least_top)
        yield _panel(f"{scenario}: {measures[0].title}", scenario, scale, lines)


def latencies(part: Part, summary: Summary) -> Iterator[Plot]:
    """Yield the plot of the latencies of each scenario, for parts with one load of its kind and few subjects."""
    if not series.has_one_load(part) or series.is_layers_part(part) or len(part.settings.subjects) > _MAX_LINES:
        return
    rows = series.open_rows(summary) or series.closed_rows(summary)
    scale = Scale("percentile", {float(one_in): text for one_in, text in _PERCENTILES.items()}, True, True)
    panels = []
    for scenario, some in series.by_scenario(rows).items():
        lines = [
            Line(
                subject_label(row.subject, part.settings),
                colour_name(row.subject.variant),
                "solid",
                series.tail_latencies(row.latencies),
            )
            for row in some
        ]
        if any(line.points for line in lines):
            panels.append(_panel(f"{scenario}: ms", scenario, scale, lines, marker=""))
    if panels:
        load = f"open load, {rows[0].load}" if rows[0].load.is_open else f"closed load, {rows[0].load}"
        caption = f"Latencies in milliseconds by percentile ({load}). Both axes are logarithmic."
        yield Plot("latencies", "Latencies", caption, _keys(part.settings), panels)


def memory(part: Part, _summary: Summary) -> Iterator[Plot]:
    """Yield the plot of resident memory by number of requests, if the part measured it."""
    points = series.memory(part)
    lines = [Line(name, colour_name(name), "solid", points[name]) for name in part.settings.variants if name in points]
    if lines:
        caption = "The memory of all processes of the server. A memory leak would show as a steady increase."
        panel = _panel("resident memory, MB", "", Scale("requests", {}), lines, marker="")
        yield Plot("memory", "Memory over many requests", caption, _keys(part.settings), [panel], is_wide=True)


def _keys(settings: Settings) -> list[Key]:
    return [Key(variant, colour_name(variant), "solid") for variant in settings.variants]


def _panel(title: str, scenario: str, scale: Scale, lines: Sequence[Line], marker: str = "o") -> Panel:
    ends = [(line.name, line.points[0], line.points[-1]) for line in lines if line.points]
    description = "; ".join(
        f"{name}: {figure(first[1])} at {scale.label} {first[0]:g}, {figure(last[1])} at {last[0]:g}"
        for name, first, last in ends
    )
    return Panel(title, scenario, _HEIGHT, partial(_draw, lines, scale, marker), description)


def _draw(lines: Sequence[Line], scale: Scale, marker: str, axes: Axes) -> None:
    for line in lines:
        xs, ys = [x for x, _ in line.points], [y for _, y in line.points]
        width, size = (1.8, 3.5) if line.stroke == "solid" else (1.2, 0)
        style = {"marker": marker, "markersize": size, "linestyle": canvas.DASHES[line.stroke], "linewidth": width}
        (drawn,) = axes.plot(xs, ys, color=LIGHT[line.colour], **style)  # type: ignore[arg-type]
        values = ", ".join(f"{x:,g}: {figure(y)}" for x, y in line.points)
        canvas.tip(drawn, f"{line.name}. {values}" if marker else line.name)
    if scale.is_x_logarithmic:
        axes.set_xscale("log")
    if scale.is_y_logarithmic:
        canvas.logarithmic(axes, [y for line in lines for _, y in line.points])
    else:
        axes.set_ylim(0, max(scale.least_top, axes.get_ylim()[1]))
    if scale.ticks:
        limits = axes.get_xlim()
        visible = [x for x in scale.ticks if limits[0] * 0.99 <= x <= limits[1] * 1.01]
        canvas.ticks(axes.xaxis, visible, lambda value: scale.ticks.get(value, ""))
        axes.set_xlim(limits)
    else:
        axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(scale.label)
