"""Labels of subjects and loads. They contain only what varies within the part."""

from benchmarks.cells import Load
from benchmarks.settings import Settings, Subject, Variant

FRAMEWORKS = {"django": "Django", "fastapi": "FastAPI"}


def subject_label(subject: Subject, settings: Settings) -> str:
    """Return the name of a subject in its part.

    "django", "django x2" (workers), "django, 1,000,000 products", "django, pool of 16" (threads and connections).
    """
    name: str = subject.variant
    if len(settings.workers) > 1:
        name += f" x{subject.workers}"
    if len(settings.sizes) > 1:
        name += f", {subject.size:,} products"
    if len(settings.threads) > 1 and subject.variant not in settings.threadless:
        name += f", pool of {subject.threads}"
    return name


def load_label(load: Load) -> str:
    """Return the name of a load: "8 users" for closed load, "200/s open" for open load."""
    return f"{load} open" if load.is_open else str(load)


def framework(variant: Variant) -> str | None:
    """Return the key of FRAMEWORKS that the name of a variant contains, None if it contains none."""
    return next((name for name in FRAMEWORKS if name in variant), None)


def side_label(subject: Subject, settings: Settings) -> str:
    """Return the name of a subject in sentences: that of its framework, if no other variant of the part uses it."""
    name = framework(subject.variant)
    label = subject_label(subject, settings)
    if name is None or [framework(variant) for variant in settings.variants].count(name) > 1:
        return label
    return label.replace(subject.variant, FRAMEWORKS[name], 1)
