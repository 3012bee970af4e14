"""Conditions and ranges of requests for files (RFC 9110, 13 and 14)."""

import re

from django_impl.common.exceptions import RangeNotSatisfiable

RANGE = re.compile(r"bytes *= *(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.IGNORECASE)


def matches_etag(header: str, etag: str) -> bool:
    """Return whether `If-None-Match` lists the entity tag. An empty header lists none."""
    return any(each.strip().removeprefix("W/") in {etag, "*"} for each in header.split(","))


def requested_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last position that `Range` requests of a file with so many bytes.

    Returns None if it is missing, malformed, in another unit or has several ranges. Raises RangeNotSatisfiable.
    """
    found = RANGE.fullmatch(header.strip())
    if found is None:
        return None
    first, last, suffix = found.groups()
    start, end = (max(0, size - int(suffix)), size - 1) if suffix else (int(first), int(last or size))
    if not suffix and last and end < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable(size)
    return start, min(end, size - 1)
