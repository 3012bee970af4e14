"""Labels of subjects and loads. They contain only what varies within the part."""

from benchmarks.cells import Load
from benchmarks.settings import Settings, Subject


def subject_label(subject: Subject, settings: Settings) -> str:
    """Return the name of a subject in its part: "django", "django x2" (workers), "django, 1,000,000 products"."""
    name: str = subject.variant
    if len(settings.workers) > 1:
        name += f" x{subject.workers}"
    if len(settings.sizes) > 1:
        name += f", {subject.size:,} products"
    return name


def load_label(load: Load) -> str:
    """Return the name of a load: "8 users" for closed load, "200/s open" for open load."""
    return f"{load} open" if load.is_open else str(load)
