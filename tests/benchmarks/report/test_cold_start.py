"""The sentences about cold starts."""

from benchmarks.report.cold_start import cold_starts
from benchmarks.results import Part
from benchmarks.settings import Settings


def test_cold_starts_have_the_median_and_the_range() -> None:
    part = Part("cold-start", Settings(scenarios=()))
    part.extra["cold_start"] = {"django": {"ready": [1.5, 1.0, 1.25], "import": [0.5, 0.75, 0.625]}}
    expected = (
        "django is ready 1.25 s (1.00 to 1.50) after the start of its process: its first response with 200. A new "
        "process imports its application in 0.62 s (0.50 to 0.75). Median and range of 3 starts."
    )
    assert cold_starts(part) == [expected]


def test_other_parts_have_no_cold_starts() -> None:
    assert cold_starts(Part("main", Settings())) == []
