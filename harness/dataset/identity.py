"""Generate random numbers, keys and times that depend only on the seed and the index of a row."""

import hashlib
import struct
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
DAY = 86_400 * SECOND


def numbers(seed: int, kind: str, index: int) -> tuple[int, ...]:
    """Return eight pseudo-random numbers from 0 to 2**32 - 1, the same for the same arguments."""
    return struct.unpack("<8I", hashlib.blake2b(b"%d %s %d" % (seed, kind.encode(), index), digest_size=32).digest())


def key(moment: int, first: int, second: int) -> str:
    """Return the UUIDv7 of a time in microseconds since 1970, with two random numbers below 2**32."""
    digits = f"{moment // 1000:012x}7{first >> 20:03x}{0b10 << 62 | (first & 0xFFFFF) << 42 | second << 10:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def timestamp(moment: int) -> str:
    """Return a time in microseconds since 1970 as text for PostgreSQL."""
    return (EPOCH + timedelta(microseconds=moment)).isoformat()


def moment(year: int, month: int, day: int) -> int:
    """Return the start of a day (UTC) in microseconds since 1970."""
    return (datetime(year, month, day, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
