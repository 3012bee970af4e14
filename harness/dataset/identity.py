"""Numbers, keys and times that depend on nothing but the seed and a row's place: the same on every machine."""

import hashlib
import struct
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
DAY = 86_400 * SECOND


def numbers(seed: int, kind: str, index: int) -> tuple[int, ...]:
    """Eight evenly spread numbers from 0 to 2**32 - 1."""
    return struct.unpack("<8I", hashlib.blake2b(b"%d %s %d" % (seed, kind.encode(), index), digest_size=32).digest())


def key(moment: int, first: int, second: int) -> str:
    """A UUIDv7 of a time, made distinct by two numbers below 2**32."""
    digits = f"{moment // 1000:012x}7{first >> 20:03x}{0b10 << 62 | (first & 0xFFFFF) << 42 | second << 10:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def timestamp(moment: int) -> str:
    """A time as PostgreSQL reads it."""
    return (EPOCH + timedelta(microseconds=moment)).isoformat()


def moment(year: int, month: int, day: int) -> int:
    """The start of a day (UTC), in microseconds since 1970."""
    return (datetime(year, month, day, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
