"""The header and footer of the page: variants, date, machine, settings, and the command that repeats the run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.report.columns import figure
from benchmarks.report.labels import load_label
from benchmarks.results import Results
from benchmarks.settings import Settings

# Headings by the keys of `code_sizes`.
_CODE_SIZE_HEADS = {
    "packages": "installed packages",
    "installed_bytes": "size of the packages, MB",
    "feature_lines": "lines of feature code",
    "adapter_lines": "lines of adapter code",
}


@dataclass(frozen=True)
class Overview:
    """What the page shows about the run as a whole. Tables are a heading and rows of text, which begin with a label."""

    title: str
    facts: list[tuple[str, str]]
    noise: list[str]
    is_finished: bool
    command: str
    code_sizes: tuple[list[str], list[list[str]]]
    settings: tuple[list[str], list[list[str]]]
    sessions: list[list[tuple[str, str]]]


def overview(results: Results) -> Overview:
    """Return what the page shows about the run as a whole."""
    return Overview(
        title=_title(results),
        facts=list(_facts(results)),
        noise=list(dict.fromkeys(line for each in results.sessions for line in each.get("noise") or [])),
        is_finished=results.is_finished,
        command=results.command,
        code_sizes=_code_sizes(results.code_sizes),
        settings=_settings(results),
        sessions=[[(_words(name), _text(value)) for name, value in each.items()] for each in results.sessions],
    )


def _title(results: Results) -> str:
    if not results.parts:
        return "Benchmark"
    variants = results.parts[0].settings.variants
    others = f"{', '.join(variants[:-1])} and " if len(variants) > 1 else ""
    return f"Benchmark of {others}{variants[-1]}"


def _facts(results: Results) -> Iterator[tuple[str, str]]:
    """Yield names and values: date, machine, versions, the highest rate of the generator."""
    if not results.sessions:
        return
    last = results.sessions[-1]
    dates = list(dict.fromkeys(str(each["date"])[:16].replace("T", " ") for each in results.sessions if "date" in each))
    if dates:
        yield "date", f"{' and '.join(dates)} UTC"
    if "cpu" in last:
        memory = f", {last['memory_gib']} GiB" if "memory_gib" in last else ""
        yield "machine", f"{last['cpu']}, {last.get('cpus', '?')} CPUs{memory}"
    for name in ("kernel", "python", "commit"):
        if name in last:
            yield name, str(last[name])
    if generator := last.get("generator"):
        rate, cost = figure(generator["per_second"]), figure(generator["cpu_per_request"])
        yield "highest rate of the generator", f"{rate} requests/s with {cost} µs CPU each (server without work)"


def _code_sizes(sizes: dict[str, dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    names = list(dict.fromkeys(name for each in sizes.values() for name in each))
    body = [[variant, *(_amount(name, each.get(name)) for name in names)] for variant, each in sizes.items()]
    return ["variant", *(_CODE_SIZE_HEADS.get(name, _words(name)) for name in names)], body


def _amount(name: str, value: Any) -> str:
    if name.endswith("_bytes") and isinstance(value, int | float):
        return f"{value / 1e6:,.1f}"
    return f"{value:,}" if isinstance(value, int | float) else _text("-" if value is None else value)


def _settings(results: Results) -> tuple[list[str], list[list[str]]]:
    """Return a table with a row for each setting and a column for each part."""
    columns = [_part_settings(part.settings) for part in results.parts]
    names = list(columns[0]) if columns else []
    return ["setting", *(part.name for part in results.parts)], [[n, *(each[n] for each in columns)] for n in names]


def _part_settings(settings: Settings) -> dict[str, str]:
    return {
        "variants": ", ".join(settings.variants),
        "scenarios": ", ".join(settings.scenarios),
        "loads": ", ".join(map(load_label, settings.loads)),
        "workers": ", ".join(map(str, settings.workers)),
        "products": ", ".join(f"{size:,}" for size in settings.sizes),
        "rounds": str(settings.rounds),
        "turns in a round": str(settings.turns),
        "duration of a cell": f"{settings.requests:,} requests" if settings.requests else f"{settings.duration:g} s",
        "warm-up": f"{settings.warm_up:g} s",
        "threads and connections": ", ".join(map(str, settings.threads)),
        "seed": str(settings.seed),
        "different requests": str(settings.sample_size),
    }


def _words(name: str) -> str:
    return name.replace("_", " ")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
