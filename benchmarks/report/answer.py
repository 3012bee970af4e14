"""The answer of the run in plain sentences: they open the report in the terminal, as Markdown and as HTML."""

import math
from collections.abc import Sequence

from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.overall import Overall
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report.levels import Pair, pairs
from benchmarks.results import Results

SMOKE = "This is a smoke run: it checks that the benchmark works. Its figures mean nothing."
NOTHING = "The run has no comparison."
# Reads and writes are called the same if the 95% interval of their ratio is within this margin.
_MARGIN = 0.10
_SIGN_IN = "login"


def answer(results: Results, summaries: Sequence[Summary]) -> list[str]:
    """Return a sentence about the cost at each level, and one about the tails if open load was measured."""
    if any(part.settings.is_smoke for part in results.parts):
        return [SMOKE]
    sentences = [sentence for pair in pairs(results, summaries) for sentence in (_cost(pair), _tails(pair)) if sentence]
    return sentences or [NOTHING]


def times(ratio: float) -> str:
    """Format a ratio for a sentence: "1.82 times", "33 times"."""
    return f"{ratio:.2f} times" if ratio < 10 else f"{ratio:.0f} times"


def _cost(pair: Pair) -> str:
    """Return the sentence about the server CPU per request; empty if nothing was measured."""
    excluded = [name for name in pair.part.settings.scenarios if name in pair.summary.invalid]
    if not pair.summary.rows and not excluded:
        return ""
    if pair.has_too_few_rounds:
        rounds = f"{pair.summary.rounds} round{'s' if pair.summary.rounds != 1 else ''}"
        return f"{pair.level.clause}: too few rounds ({rounds}) to compare {' with '.join(pair.sides[::-1])}."
    clauses = _cost_clauses(pair) or [f"no valid comparison of {' and '.join(pair.sides)}"]
    if excluded:
        clauses.append(f"not counted, because of wrong responses: {', '.join(excluded)}")
    return f"{pair.level.clause}: {'; '.join(clauses)}."


def _cost_clauses(pair: Pair) -> list[str]:
    """Return clauses for reads, writes and sign-in: those with the same costlier side as the first one come after it.

    Without reads and writes, the scenarios are named one by one.
    """
    found: list[tuple[str, str]] = []
    costlier = ""
    overall = _overall(pair)
    for each in overall:
        found.append(_interval_clause(each.kind, each.cpu, pair.sides, costlier))
        costlier = costlier or found[-1][0]
    for name in pair.part.settings.scenarios:
        contrast = pair.contrast(name, "cpu")
        if contrast and (name == _SIGN_IN or not overall):
            what = "sign-in" if name == _SIGN_IN else name
            found.append(_contrast_clause(what, contrast, pair.sides, costlier))
            costlier = costlier or found[-1][0]
    return [clause for _, clause in sorted(found, key=lambda each: each[0] != costlier)]


def _overall(pair: Pair) -> list[Overall]:
    return [each for each in pair.summary.overall if (each.subject, each.baseline) == (pair.subject, pair.baseline)]


def _interval_clause(what: str, ratio: Interval, sides: tuple[str, str], costlier: str) -> tuple[str, str]:
    if not ratio.is_bounded:
        return "", f"{what}: undecided"
    if ratio.low > 1 or ratio.high < 1:
        return _difference(what, ratio, sides, costlier)
    margin = max(ratio.high, 1 / ratio.low) - 1
    if margin <= _MARGIN:
        return "", f"{what} cost the same within {math.ceil(margin * 100)}%"
    return "", f"{what}: undecided ({ratio.estimate:.2f} [{ratio.low:.2f}, {ratio.high:.2f}])"


def _contrast_clause(what: str, contrast: Contrast, sides: tuple[str, str], costlier: str) -> tuple[str, str]:
    if contrast.verdict.is_difference:
        return _difference(what, contrast.ratio, sides, costlier, verb="costs")
    if contrast.verdict is Verdict.SAME and contrast.same_within is not None:
        return "", f"{what} costs the same within {contrast.same_within:.0%}"
    return "", f"{what}: {contrast.verdict.value}"


def _difference(
    what: str, ratio: Interval, sides: tuple[str, str], costlier: str, verb: str = "cost"
) -> tuple[str, str]:
    """Return the costlier side and the clause, whose ratio is above 1."""
    baseline, subject = sides
    above = ratio if ratio.estimate > 1 else Interval(1 / ratio.estimate, 1 / ratio.high, 1 / ratio.low)
    more, less = (subject, baseline) if ratio.estimate > 1 else (baseline, subject)
    bounds = f" [{above.low:.2f}, {above.high:.2f}]" if above.is_bounded else ""
    if more == costlier:
        return more, f"{what} {times(above.estimate)}{bounds}"
    return more, f"{what} {verb} {more} {times(above.estimate)} the server CPU of {less}{bounds}"


def _tails(pair: Pair) -> str:
    """Return the sentence about the p99 of open load; empty if it was not measured."""
    found = {name: pair.contrast(name, "p99") for name in pair.part.settings.scenarios}
    valid = {name: contrast for name, contrast in found.items() if contrast}
    if not valid or pair.open is None or pair.has_too_few_rounds:
        return ""
    baseline, subject = pair.sides
    clauses = [
        f"{subject}'s p99 is {text} {baseline}'s {_where(some, valid)}"
        for verdict in (Verdict.LOWER, Verdict.HIGHER)
        if (some := _with_verdict(valid, verdict)) and (text := _range(some))
    ]
    if same := _with_verdict(valid, Verdict.SAME):
        margin = max(contrast.same_within or 0.0 for contrast in same.values())
        clauses.append(f"the same within {margin:.0%} {_where(same, valid)}")
    if undecided := _with_verdict(valid, Verdict.UNDECIDED):
        clauses.append(f"undecided {_where(undecided, valid)}")
    capacity = " of the slower one's capacity" if pair.open.share is not None else ""
    return f"{pair.level.clause}, tails at {pair.open}{capacity}: {'; '.join(clauses)}."


def _with_verdict(contrasts: dict[str, Contrast], verdict: Verdict) -> dict[str, Contrast]:
    return {name: contrast for name, contrast in contrasts.items() if contrast.verdict is verdict}


def _range(some: dict[str, Contrast]) -> str:
    estimates = sorted(contrast.ratio.estimate for contrast in some.values())
    if not estimates[0] or not math.isfinite(estimates[-1]):
        # A p99 is infinite if more than a hundredth of the arrivals were dropped.
        return "far above" if estimates[-1] > 1 else "far below"
    low, high = f"{estimates[0]:.2f}", f"{estimates[-1]:.2f}"
    return f"{low} times" if low == high else f"{low} to {high} times"


def _where(some: dict[str, Contrast], valid: dict[str, Contrast]) -> str:
    if len(some) == len(valid) > 1:
        return f"in all {len(valid)} scenarios"
    if len(some) <= 2:
        return f"in {' and '.join(some)}"
    return f"in {len(some)} of {len(valid)} scenarios"
