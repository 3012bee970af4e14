"""List the differences between two OpenAPI documents."""

from collections.abc import Iterator
from typing import Any


def differences(contract: Any, implementation: Any, where: str = "") -> Iterator[str]:
    """Yield a line for each difference of the implementation's document from the contract, with its JSON pointer."""
    if isinstance(contract, dict) and isinstance(implementation, dict):
        for key in sorted(contract.keys() | implementation.keys()):
            there = f"{where}/{key.replace('/', '~1')}"
            if key not in implementation:
                yield f"{there}: missing, should be {_short(contract[key])}"
            elif key not in contract:
                yield f"{there}: {_short(implementation[key])} is not in the contract"
            else:
                yield from differences(contract[key], implementation[key], there)
    elif isinstance(contract, list) and isinstance(implementation, list) and len(contract) == len(implementation):
        for index, (one, other) in enumerate(zip(contract, implementation, strict=True)):
            yield from differences(one, other, f"{where}/{index}")
    elif contract != implementation or isinstance(contract, bool) is not isinstance(implementation, bool):
        yield f"{where}: {_short(implementation)}, should be {_short(contract)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 200 else f"{text[:200]}..."
