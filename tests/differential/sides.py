"""One implementation in a sequence: asked step by step, each response remembered and compared with the contract."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.contract.shop import new_token
from tests.contract.validation import violations
from tests.differential.correspondence import Correspondence, Difference
from tests.differential.steps import Step
from tests.parity.seed_data import ACCOUNTS, NAMES

# Server and Date are the servers' own.
_OF_THE_SERVER = {"date", "server"}


@dataclass
class Side:
    """One implementation during one sequence."""

    implementation: str
    http: httpx.Client = field(repr=False)
    answers: list[httpx.Response] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, step: Step, number: int) -> httpx.Response:
        """Send a step and remember the answer."""
        self.answers.append(self.send(step, number))
        return self.answers[-1]

    def send(self, step: Step, number: int) -> httpx.Response:
        """Send a step."""
        filled = step.filled(self._meaning)
        headers = [*filled.headers, ("X-Request-ID", f"step-{number}")]
        if filled.caller != "anonymous":
            headers.append(("Authorization", f"Bearer {self._token(filled.caller)}"))
        content = None if filled.body is None else filled.body.encode("utf-8", "surrogatepass")
        return self.http.request(filled.method, filled.path, headers=headers, content=content)

    def _token(self, caller: str) -> str:
        """The access token of an account of the world; anything else is a token itself."""
        return self.tokens.setdefault(caller, new_token(ACCOUNTS[caller])) if caller in ACCOUNTS else caller

    def _meaning(self, found: re.Match[str]) -> str:
        step, pointer, name = found.groups()
        return (NAMES.get(name) if name else _value_at(self.answers, int(step), pointer)) or found[0]


def _value_at(answers: list[httpx.Response], step: int, pointer: str) -> str:
    """The string at the pointer of an answer; empty where there is none, as in a sequence that was cut."""
    try:
        value: Any = answers[step - 1].json()
        for part in pointer.split("/")[1:]:
            value = value[int(part) if isinstance(value, list) else part]
    except (LookupError, ValueError, TypeError):
        return ""
    return value if isinstance(value, str) else ""


def require_documented(answer: httpx.Response) -> None:
    """Raise Difference where the answer is none that openapi.yaml allows: both may be wrong in the same way."""
    if found := violations(answer):
        raise Difference(f"both implementations depart from the contract: {found}\n  {answer.text[:2000]}")


def compare_answers(ours: httpx.Response, theirs: httpx.Response, correspondence: Correspondence) -> None:
    """Raise Difference unless status, headers and body say the same."""
    if ours.status_code != theirs.status_code:
        raise Difference(f"status {ours.status_code} and {theirs.status_code}:\n  {ours.text}\n  {theirs.text}")
    correspondence.texts(_headers(ours), _headers(theirs), "headers")
    correspondence.texts(ours.text, theirs.text, "body")


def _headers(response: httpx.Response) -> str:
    # Content-Length is checked against the body; a time without microseconds makes it differ.
    left_out = _OF_THE_SERVER | ({"content-length"} if response.request.method != "HEAD" else set())
    return "\n".join(
        sorted(
            f"{name.lower()}: {value}" for name, value in response.headers.multi_items() if name.lower() not in left_out
        )
    )
