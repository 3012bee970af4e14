"""Content negotiation: whether an `Accept` header admits JSON (RFC 9110, section 12.5.1)."""

from functools import lru_cache

# The media ranges that match application/json; the most specific one decides.
PRECEDENCE = {"*/*": 1, "application/*": 2, "application/json": 3}


@lru_cache
def accepts_json(accept: str) -> bool:
    """Return whether the most specific range for application/json has a weight above 0; without a header, true."""
    weights = {}
    for element in accept.split(","):
        media_range, *parameters = (part.strip().lower() for part in element.split(";"))
        if media_range in PRECEDENCE:
            weights[PRECEDENCE[media_range]] = _weight(parameters)
    return not accept.strip() or weights.get(max(weights, default=0), 0) > 0


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
