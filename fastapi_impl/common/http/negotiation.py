"""Whether a client takes JSON, by its Accept header (RFC 9110, 12.5.1)."""

from functools import lru_cache

# How closely a range of Accept names application/json.
PRECEDENCE = {"*/*": 1, "application/*": 2, "application/json": 3}


@lru_cache
def accepts_json(accept: str) -> bool:
    """Return whether the most specific range that matches application/json has a weight above 0."""
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
