"""Colours by name, for light and for dark pages.

Lines have a contrast of at least 3:1 to the background, and texts of at least 4.5:1. The page has each colour as a CSS
variable of the same name. Charts are drawn in the light colours, and the page replaces these by the variables. So names
with the same light colour have the same dark colour.
"""

from benchmarks.report.labels import framework
from benchmarks.settings import Variant
from harness.servers.names import is_served

LINE_COLOURS = (
    *("django", "django-sync", "django-threads-8", "django-threads-16", "django-granian", "django-asgi"),
    *("django-affinity", "django-async", "fastapi", "fastapi-granian", "fastapi-psycopg", "added", "bare"),
)
TEXT_COLOURS = ("text", "muted", "link", "better", "worse", "same", "invalid")

LIGHT = {
    "ground": "#ffffff",
    "raised": "#f6f8fa",
    "text": "#1b2128",
    "muted": "#59636e",
    "line": "#d5dbe1",
    "strong": "#aab4be",
    "grid": "#e8ecf0",
    "axis": "#8b949e",
    "band": "#dde2e8",
    "link": "#0a5fb4",
    "notice": "#fff6e0",
    "notice-line": "#d29a1c",
    "django": "#1b7f4d",
    "django-sync": "#6a9a1f",
    "django-threads-8": "#0f8b8d",
    "django-threads-16": "#0b6e99",
    "django-granian": "#6b7a00",
    "django-asgi": "#a8760a",
    "django-affinity": "#4d7c5f",
    "django-async": "#b5533c",
    "fastapi": "#4655d4",
    "fastapi-granian": "#9b3fcf",
    "fastapi-psycopg": "#c2378f",
    "added": "#7a3b1d",
    "bare": "#6b7280",
    "server": "#34495e",
    "database": "#6f9cc4",
    "generator": "#c3ced8",
    "better": "#0a5fb4",
    "worse": "#a34a06",
    "same": "#667080",
    "invalid": "#b42318",
}
DARK = {
    "ground": "#0f1419",
    "raised": "#171d24",
    "text": "#dfe5eb",
    "muted": "#98a2b0",
    "line": "#2c3540",
    "strong": "#4a5562",
    "grid": "#222a33",
    "axis": "#6b7684",
    "band": "#2b3540",
    "link": "#6cb6ff",
    "notice": "#2a2311",
    "notice-line": "#b3862a",
    "django": "#4cc38a",
    "django-sync": "#a9d161",
    "django-threads-8": "#3fc1c9",
    "django-threads-16": "#5fb3e0",
    "django-granian": "#c9d44a",
    "django-asgi": "#e0b04a",
    "django-affinity": "#8fc7a5",
    "django-async": "#f08a6c",
    "fastapi": "#93a0ff",
    "fastapi-granian": "#c98bff",
    "fastapi-psycopg": "#f08acb",
    "added": "#d9a27e",
    "bare": "#9aa4b2",
    "server": "#cdd8e2",
    "database": "#6f9cc4",
    "generator": "#4d5a67",
    "better": "#6cb6ff",
    "worse": "#f0a35e",
    "same": "#98a2b0",
    "invalid": "#ff8178",
}


def colour_name(variant: Variant) -> str:
    """Return the name of a variant's colour. Variants without their own colour have that of their framework.

    All added servers have one colour.
    """
    if variant in LINE_COLOURS:
        return variant
    if not is_served(variant):
        return "added"
    return framework(variant) or "bare"
