"""A sequence that tells the implementations apart is told as short as it can be."""

import httpx
import yaml

from tests.differential.correspondence import Difference
from tests.differential.pair import Pair
from tests.differential.reduction import difference_of, reduced
from tests.differential.steps import Step, as_case


class OneFault(Pair):
    """Implementations that differ where an order with a key is paid fast."""

    def __init__(self) -> None:
        super().__init__((), ())

    def start(self) -> None:
        self.heard: list[Step] = []

    def ask(self, step: Step, number: int) -> httpx.Response:
        self.heard.append(step)
        if step.path == f"/pay/<{number - 1}/id>?fast=1" and "Key" in dict(self.heard[-2].headers):
            raise Difference("told")
        return httpx.Response(200)

    _ask = ask


NOISE = Step("staff", "GET", "/noise")
ORDER = Step("shopper", "POST", "/order", (("Accept", "*/*"), ("Key", "1")), '{"a": 1, "items": [1, 2]}')
PAY = Step("shopper", "POST", "/pay/<3/id>?slow=0&fast=1")


def test_what_is_not_needed_is_left_out_and_references_follow() -> None:
    found = reduced(OneFault(), [NOISE, NOISE, ORDER, PAY])
    assert found == [
        Step("shopper", "POST", "/order", (("Key", "1"),), "{}"),
        Step("shopper", "POST", "/pay/<1/id>?fast=1"),
    ]
    assert difference_of(OneFault(), found)


def test_a_kept_sequence_is_read_as_it_was_written() -> None:
    through_the_other = Step("<1/access_token>", "POST", "/order", (("Key", "1"),), '{"name":"茶\\ud800"}', 1)
    (case,) = yaml.safe_load(as_case("id", "About.", [NOISE, through_the_other]))
    assert [Step.read(step) for step in case["steps"]] == [NOISE, through_the_other]
