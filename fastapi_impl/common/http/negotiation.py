"""Content negotiation by `Accept` (RFC 9110, 12.5.1)."""

from functools import lru_cache

# The media ranges that match application/json.
SPECIFICITY = {"*/*": 0, "application/*": 1, "application/json": 2}


@lru_cache
def accepts_json(accept: str) -> bool:
    """Return whether the most specific range of `accept` that matches JSON has a quality above 0.

    Of equal ranges the one with the highest quality counts. A request without the header accepts JSON.
    """
    if not accept.strip():
        return True
    best = (-1, 0.0)
    for media_range in accept.split(","):
        name, *parameters = (part.strip().lower() for part in media_range.split(";"))
        if name in SPECIFICITY:
            best = max(best, (SPECIFICITY[name], quality(parameters)))
    return best[1] > 0


def quality(parameters: list[str]) -> float:
    """Return the value of `q` in the parameters of a media range; 1 without `q`, 0 if it is not a number."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
