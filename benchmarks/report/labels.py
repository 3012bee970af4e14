"""Labels of subjects and loads: only what varies within their part is named."""

from benchmarks.cells import Load
from benchmarks.settings import Settings, Subject


def subject_label(subject: Subject, settings: Settings) -> str:
    """A subject's name within its part: "django", "django x2" for workers, "django, 1,000,000 products" for sizes."""
    name: str = subject.variant
    if len(settings.workers) > 1:
        name += f" x{subject.workers}"
    if len(settings.sizes) > 1:
        name += f", {subject.size:,} products"
    return name


def load_label(load: Load) -> str:
    """A load's name: "8 users" of closed load, "200/s open" of arrivals that do not wait."""
    return f"{load} open" if load.is_open else str(load)
