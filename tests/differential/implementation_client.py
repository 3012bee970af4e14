"""A client of one implementation, which sends the steps of a sequence and records the responses."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.contract.shop import new_token
from tests.differential.steps import Step
from tests.parity.seed_data import ACCOUNTS, NAMES


@dataclass
class ImplementationClient:
    """A client of one implementation, for one sequence."""

    implementation: str
    http: httpx.Client = field(repr=False)
    responses: list[httpx.Response] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def send(self, step: Step, number: int) -> httpx.Response:
        """Send a step and record the response, so that later steps can use its values."""
        self.responses.append(self.send_unrecorded(step, number))
        return self.responses[-1]

    def send_unrecorded(self, step: Step, number: int) -> httpx.Response:
        """Send a step without recording the response."""
        filled = step.filled(self._value_of_placeholder)
        headers = [*filled.headers, ("X-Request-ID", f"step-{number}")]
        if filled.caller != "anonymous":
            headers.append(("Authorization", f"Bearer {self._token(filled.caller)}"))
        content = None if filled.body is None else filled.body.encode("utf-8", "surrogatepass")
        return self.http.request(filled.method, filled.path, headers=headers, content=content)

    def _token(self, caller: str) -> str:
        """Return the access token of an account of the seed data. Any other caller is a token itself."""
        return self.tokens.setdefault(caller, new_token(ACCOUNTS[caller])) if caller in ACCOUNTS else caller

    def _value_of_placeholder(self, found: re.Match[str]) -> str:
        step, pointer, name = found.groups()
        return (NAMES.get(name) if name else _value_at(self.responses, int(step), pointer)) or found[0]


def _value_at(responses: list[httpx.Response], step: int, pointer: str) -> str:
    """Return the string at a JSON pointer in the response to a step.

    The result is empty if there is no such string, because shrinking may have removed the step that it comes from.
    """
    try:
        value: Any = responses[step - 1].json()
        for part in pointer.split("/")[1:]:
            value = value[int(part) if isinstance(value, list) else part]
    except (LookupError, ValueError, TypeError):
        return ""
    return value if isinstance(value, str) else ""
