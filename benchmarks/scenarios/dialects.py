"""How to ask a variant: its sign-in, and its requests of each scenario. Variants of one dialect respond alike."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.scenarios import EVERY, tutorials
from benchmarks.scenarios.exchanges import CONTRACT
from benchmarks.scenarios.sample import Sample
from benchmarks.scenarios.scenario import Step
from benchmarks.scenarios.writes import sign_in
from harness.servers.names import is_served


@dataclass(frozen=True)
class Dialect:
    """The requests that a variant understands. The responses of all variants with one dialect must be equal.

    `sign_in` returns the request that exchanges an e-mail address and a password for tokens, and `token` is the name of
    the access token in its response. `scenarios` has the journeys of each scenario, None for those of the contract.
    """

    name: str
    sign_in: Callable[[str, str], Step]
    token: str
    scenarios: Mapping[str, Callable[[Sample], list[list[Step]]]] | None = None

    def journeys(self, scenario: str, sample: Sample) -> list[list[Step]]:
        """Return the journeys of a scenario. Raises KeyError if there are none in this dialect."""
        return EVERY[scenario].journeys(sample) if self.scenarios is None else self.scenarios[scenario](sample)

    def access_token(self, body: str) -> str:
        """Return the access token in the response to a sign-in. Raises ValueError, LookupError."""
        content: Any = json.loads(body)
        return str(content[self.token])


OF_CONTRACT = Dialect(CONTRACT, sign_in, "access_token")
_DIALECTS = {
    "tutorial-django": Dialect(
        "tutorial-django", tutorials.sign_in_with_json, "access", tutorials.scenarios(tutorials.DJANGO)
    ),
    "tutorial-fastapi": Dialect(
        "tutorial-fastapi", tutorials.sign_in_with_form, "access_token", tutorials.scenarios(tutorials.FASTAPI)
    ),
}


def dialect_of(variant: str) -> Dialect:
    """Return the dialect of a variant: that of the contract, except for the tutorial shops.

    An added server has the requests of the contract. They are a dialect of its own, because the bytes of its JSON may
    differ from those of the implementations, for example in the order of keys.
    """
    if is_served(variant):
        return _DIALECTS.get(variant, OF_CONTRACT)
    return replace(OF_CONTRACT, name=f"{CONTRACT}:{variant}")
