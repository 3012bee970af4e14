"""The values of `shared_contract/`, which are read once."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SHARED_CONTRACT = Path(__file__).resolve().parents[1] / "shared_contract"

MIN_INT32 = -2_147_483_648
MAX_INT32 = 2_147_483_647
MIN_PRICE = Decimal("0.01")


@cache
def load(name: str) -> dict[str, Any]:
    """Return the YAML document `name` of the shared contract."""
    document: dict[str, Any] = yaml.safe_load((SHARED_CONTRACT / name).read_text(encoding="utf-8"))
    return document


TOKENS = load("settings.yaml")["tokens"]
PASSWORDS = load("settings.yaml")["passwords"]
PAGES = load("settings.yaml")["pages"]
SESSIONS = load("settings.yaml")["sessions"]
CONTENT_SECURITY_POLICY: dict[str, str] = load("settings.yaml")["content_security_policy"]
BODIES = load("settings.yaml")["bodies"]
HTTP = load("settings.yaml")["http"]
THROTTLES = load("settings.yaml")["throttles"]
CORS = load("settings.yaml")["cors"]
IMAGES = load("settings.yaml")["images"]
EVENTS = load("settings.yaml")["events"]
REPORTS = load("settings.yaml")["reports"]
CACHE = load("settings.yaml")["cache"]
LOGS = load("settings.yaml")["logs"]
TRACES = load("settings.yaml")["traces"]
METRICS = load("settings.yaml")["metrics"]
SOCKETS = load("settings.yaml")["sockets"]
DATABASE = load("settings.yaml")["database"]
RETRY_AFTER_SECONDS: int = load("settings.yaml")["retry_after_seconds"]
PROBLEMS = load("errors.yaml")["problems"]
FRAMES: dict[str, dict[str, Any]] = load("errors.yaml")["frames"]
FIELD_MESSAGES: dict[str, str] = load("errors.yaml")["fields"]
