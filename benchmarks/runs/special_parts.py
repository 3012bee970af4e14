"""Parts of `make bench-full` that each answer one question: what they measure, and their short settings for tests.

Parts of three rounds draw a curve and have too few rounds for verdicts; the others have four rounds with two turns.
"""

from dataclasses import replace
from typing import Any

from benchmarks.cells import Load
from benchmarks.settings import Settings

UPSTREAM, POOL, MIXED, LARGE, UPLOAD, CACHED = "upstream", "pool", "mixed", "large", "upload", "cached"
WORKERS, COLD_START, FANOUT = "workers", "cold-start", "websocket-fanout"

_WITH_ENDPOINTS = ("django-endpoints", "fastapi-endpoints")
_CURVE = {"rounds": 3, "turns": 1, "duration": 0.6}
_COMPARISON = {"rounds": 4, "turns": 2, "duration": 0.8}

SPECIAL_PARTS: dict[str, dict[str, Any]] = {
    # Where do servers that wait in an event loop win over servers that wait in threads? No latencies: 512 users of four
    # threads wait 13 s, and a stretch of closed load lasts three times as long. Their mean is users / rate.
    UPSTREAM: _CURVE
    | {
        "variants": ("fastapi-endpoints", "django-asgi-endpoints", "django-endpoints"),
        "threadless": ("fastapi-endpoints", "django-asgi-endpoints"),
        "threads": (4, 16, 64),
        "scenarios": ("upstream",),
        "loads": tuple(Load(users=users) for users in (8, 64, 512)),
        "latency_seconds": 0.0,
        "extra_seconds": 70.0,
    },
    # How many connections does a process need? Each thread of Django has one, and FastAPI has a pool.
    POOL: _CURVE
    | {
        "threads": (2, 4, 10, 40),
        "scenarios": ("product_list", "order_history"),
        "loads": (Load(users=64),),
        "extra_seconds": 25.0,
    },
    # How long do reads wait behind password hashes? The latencies are those of the reads only.
    MIXED: _COMPARISON
    | {
        "scenarios": ("reads_with_sign_ins",),
        "loads": (Load(users=8), Load(share=0.6)),
        "arrivals": 150,
    },
    # What is left of the difference if responses are large?
    LARGE: _COMPARISON
    | {
        "variants": _WITH_ENDPOINTS,
        "scenarios": ("product_page_100", "large_json"),
    },
    # What does a form with a file of 1 MB cost?
    UPLOAD: _COMPARISON
    | {
        "variants": _WITH_ENDPOINTS,
        "scenarios": ("upload",),
    },
    # What is left of a read if its response comes from the cache?
    CACHED: _COMPARISON
    | {
        "variants": ("django-cached", "fastapi-cached"),
        "scenarios": ("cached_detail",),
        # So few that all of them are in the cache after the warm-up, also of a slow server.
        "sample_size": 20,
    },
    # What do more worker processes gain on the CPUs of this machine? As deployed: no process is pinned.
    WORKERS: _CURVE
    | {
        "workers": (1, 2, 4),
        "scenarios": ("product_detail", "order_place"),
        "loads": (Load(users=32),),
        "is_pinned": False,
    },
    # How long does a server take from its start to the first response? There is no load: see `cold_start`.
    COLD_START: {"rounds": 7, "turns": 1, "scenarios": (), "extra_seconds": 3.0},
    # How long does an event take to reach 500 clients of the WebSocket? There is no other load: see `fanout`.
    FANOUT: {"rounds": 4, "turns": 1, "scenarios": (), "extra_seconds": 28.0},
}

_SMOKE: dict[str, Any] = {
    "rounds": 1,
    "turns": 1,
    "duration": 0.1,
    "warm_up": 0.05,
    "extra_seconds": 0.0,
    "arrivals": 5,
}
_SMOKE_OF: dict[str, dict[str, Any]] = {
    UPSTREAM: {"threads": (4, 16), "loads": (Load(users=4),)},
    POOL: {"threads": (2, 4), "loads": (Load(users=4),)},
    MIXED: {"loads": (Load(users=4), Load(share=0.6))},
    WORKERS: {"workers": (1, 2), "loads": (Load(users=4),)},
}


def special_parts(common: Settings) -> dict[str, Settings]:
    """Return the settings of the parts by name; `common` has those that they share with other parts."""
    parts = {}
    for name, own in SPECIAL_PARTS.items():
        short = _SMOKE | _SMOKE_OF.get(name, {}) if common.is_smoke else {}
        parts[name] = replace(common, **{**own, **short})
    return parts
