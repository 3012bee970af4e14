"""Moves the styles of charts from elements into the style sheet: a page repeats a few of them thousands of times."""

import re

_CHART = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_STYLE = re.compile(r' style="([^"]*)"')


def share_styles(page: str) -> str:
    """Return the page with a class for each style of an element in a chart. No such element may have a class."""
    names: dict[str, str] = {}

    def with_class(match: re.Match[str]) -> str:
        return f' class="{names.setdefault(match[1], f"chart-{len(names)}")}"'

    page = _CHART.sub(lambda chart: _STYLE.sub(with_class, chart[0]), page)
    rules = "".join(f".{name} {{ {style} }}\n" for style, name in names.items())
    return page.replace("</style>", f"{rules}</style>", 1)
