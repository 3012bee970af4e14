"""What line charts show: the quantities that vary in a part, and the figures drawn over each of them.

A quantity that varies in a new part needs an entry in SWEEPS only.
"""

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from benchmarks.analysis.rows import Row
from benchmarks.report import series
from benchmarks.report.svg.plot import Key


@dataclass(frozen=True)
class Measure:
    """A figure of a row. `title` is that of its panel, `name` distinguishes it from the others in the same panel.

    `value` returns None if the row has no point. The y axis ends at `least_top` or higher. A panel of measures that
    `may_be_zero` is left out if all of them are 0.
    """

    title: str
    value: Callable[[Row], float | None]
    name: str = ""
    stroke: str = "solid"
    is_logarithmic: bool = False
    least_top: float = 0.0
    may_be_zero: bool = False


@dataclass(frozen=True)
class Sweep:
    """A quantity that varies: the x axis of a line chart.

    `position` returns its value in a row, None if the row does not belong in the chart. Rows with equal `line` are
    points of one line. Each of `panels` is a chart with one or more measures. `has_all_ticks` gives each value a tick.
    `is_of_load` says whether the load varies; in other charts only the subject does.
    """

    name: str
    title: str
    caption: str
    label: str
    position: Callable[[Row], float | None]
    line: Callable[[Row], Hashable]
    panels: tuple[tuple[Measure, ...], ...]
    keys: tuple[Key, ...] = ()
    text: Callable[[float], str] = "{:g}".format
    is_logarithmic: bool = False
    has_all_ticks: bool = True
    is_of_load: bool = False


_RATE = Measure("req/s", lambda row: row.per_second)
_P99 = Measure("p99, ms", lambda row: row.p99 if math.isfinite(row.p99) else None, is_logarithmic=True)
_DROPPED = Measure("late or dropped, %", lambda row: row.dropped * 100, "dropped", least_top=5.0, may_be_zero=True)
_LATE = Measure("late or dropped, %", lambda row: row.late * 100, "late", "dot", may_be_zero=True)
_SERVER = Measure("CPU, µs", lambda row: row.server_cpu, "server")
_DATABASE = Measure("CPU, µs", lambda row: row.database_cpu, "PostgreSQL", "dash")

SWEEPS = (
    Sweep(
        name="users",
        title="Throughput and p99 by users",
        caption="Closed load: each user sends the next request after the response. The axis of p99 is logarithmic.",
        label="users",
        position=lambda row: row.load.users,
        line=lambda row: row.subject,
        panels=((_RATE,), (_P99,)),
        is_logarithmic=True,
        is_of_load=True,
    ),
    Sweep(
        name="arrivals",
        title="p99 and dropped arrivals by rate",
        caption="Open load: arrivals have fixed times, and latencies start at these times, so they include the wait "
        "for a connection. The axis of p99 is logarithmic.",
        label="arrivals per second",
        position=lambda row: row.rate,
        line=lambda row: row.subject,
        panels=((_P99,), (_DROPPED, _LATE)),
        keys=(Key("dropped", "same", "solid"), Key("late", "same", "dot")),
        has_all_ticks=False,
        is_of_load=True,
    ),
    Sweep(
        name="workers",
        title="Workers",
        caption="Requests per second by number of worker processes.",
        label="workers",
        position=lambda row: row.subject.workers,
        line=lambda row: (replace(row.subject, workers=1), row.load),
        panels=((_RATE,),),
    ),
    Sweep(
        name="pool",
        title="Threads and connections",
        caption="By number of threads of a worker, each with a database connection. FastAPI has connections only.",
        label="threads and connections",
        position=lambda row: row.subject.threads,
        line=lambda row: (replace(row.subject, threads=1), row.load),
        panels=((_RATE,), (_P99,)),
    ),
    Sweep(
        name="growth",
        title="Cost by number of products",
        caption="CPU per request by number of products. Each scenario has its own scale.",
        label="products",
        position=lambda row: row.subject.size,
        line=lambda row: (replace(row.subject, size=1), row.load),
        panels=((_SERVER, _DATABASE),),
        keys=(Key("server", "same", "solid"), Key("PostgreSQL", "same", "dash")),
        text=lambda size: series.short_number(int(size)),
        is_logarithmic=True,
    ),
)
