"""Sentences about the precision of a part: its A/A control, the noise of a run, and the differences it can detect."""

from statistics import median

from benchmarks.analysis.power import detectable, rounds_needed
from benchmarks.analysis.summary import Summary
from benchmarks.report.columns import MEASURES
from benchmarks.settings import Settings


def controls(summary: Summary) -> list[str]:
    """Return a sentence about the A/A ratios of each measure; none if there are no A/A controls."""
    sentences = []
    for measure, ratios in (
        ("Server CPU per request", [each.cpu for each in summary.controls]),
        ("Requests per second", [each.rate for each in summary.controls]),
    ):
        if ratios:
            deviation = median(abs(ratio - 1) for ratio in ratios)
            sentences.append(
                f"{measure}: the ratio of the two turns was between {min(ratios):.3f} and {max(ratios):.3f} in "
                f"{len(ratios)} rows. Half of the ratios are within {deviation:.1%} of 1, the value without noise."
            )
    return sentences


def precision(summary: Summary, settings: Settings) -> list[str]:
    """Return sentences about the noise of a run, and the differences and verdicts that the part's rounds allow."""
    number = sum(len(each.contrasts) for each in summary.comparisons)
    if not number:
        return []
    needed = rounds_needed(settings.turns, number)
    if needed > summary.rounds:
        turns = "one turn" if settings.turns == 1 else f"{settings.turns} turns"
        needs = f"with {turns} of each subject per round, {number} ratios need at least {needed} rounds for verdicts"
        return [f"Too few rounds: {needs}; this part has {summary.rounds}."]
    differences = {
        measure: detectable(noise, rounds=summary.rounds, turns=settings.turns, contrasts=number)
        for measure, noise in summary.noise.items()
    }
    return [
        f"{MEASURES[measure].title}: the noise of one run (standard deviation) is {summary.noise[measure]:.1%}. A "
        f"difference of {difference:.0%} in one of {number} ratios is found in 90% of such runs of the benchmark."
        for measure, difference in differences.items()
    ]
