"""Colours by what they stand for: one set for light pages, one for dark ones.

Lines have a contrast of at least 3:1 to their ground, and what is written of at least 4.5:1.
"""

from benchmarks.settings import Variant

LINES = ("django", "django-sync", "django-asgi", "fastapi", "bare")
TEXTS = ("better", "worse", "same", "invalid")

LIGHT = {
    "django": "#1b7f4d",
    "django-sync": "#6a9a1f",
    "django-asgi": "#a8760a",
    "fastapi": "#4655d4",
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
    "django": "#4cc38a",
    "django-sync": "#a9d161",
    "django-asgi": "#e0b04a",
    "fastapi": "#93a0ff",
    "bare": "#9aa4b2",
    "server": "#cdd8e2",
    "database": "#6f9cc4",
    "generator": "#4d5a67",
    "better": "#6cb6ff",
    "worse": "#f0a35e",
    "same": "#98a2b0",
    "invalid": "#ff8178",
}


def role(variant: Variant) -> str:
    """The name of a variant's colour: its own, or that of the framework that its name begins with."""
    name: str = variant
    if name in LINES:
        return name
    return next((framework for framework in ("django", "fastapi") if name.startswith(framework)), "bare")
