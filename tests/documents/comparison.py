"""Where two documents differ."""

from collections.abc import Iterator
from typing import Any


def differences(contract: Any, wing: Any, where: str = "") -> Iterator[str]:
    """Every place where the wing's document says something else, as a line for the reader."""
    if isinstance(contract, dict) and isinstance(wing, dict):
        for key in sorted(contract.keys() | wing.keys()):
            there = f"{where}/{key.replace('/', '~1')}"
            if key not in wing:
                yield f"{there}: missing, should be {_short(contract[key])}"
            elif key not in contract:
                yield f"{there}: {_short(wing[key])} is too much"
            else:
                yield from differences(contract[key], wing[key], there)
    elif isinstance(contract, list) and isinstance(wing, list) and len(contract) == len(wing):
        for index, (one, other) in enumerate(zip(contract, wing, strict=True)):
            yield from differences(one, other, f"{where}/{index}")
    elif contract != wing or isinstance(contract, bool) is not isinstance(wing, bool):
        yield f"{where}: {_short(wing)}, should be {_short(contract)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 200 else f"{text[:200]}..."
