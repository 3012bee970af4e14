"""Sequences are shrunk, and steps can be written to YAML and read again."""

import httpx
import yaml

from tests.differential.correspondence import Difference
from tests.differential.implementation_pairs import ImplementationPair
from tests.differential.shrinking import difference_of, shrink
from tests.differential.steps import Step, as_yaml


class PairWithOneDifference(ImplementationPair):
    """Implementations that differ if an order with a key is paid with `fast=1`."""

    def __init__(self) -> None:
        super().__init__((), ())

    def start(self) -> None:
        """Forget the steps of the previous sequence."""
        self.received: list[Step] = []

    def send(self, step: Step, number: int) -> httpx.Response:
        """Raise Difference if the step pays the order of the previous step with `fast=1`."""
        self.received.append(step)
        if step.path == f"/pay/<{number - 1}/id>?fast=1" and "Key" in dict(self.received[-2].headers):
            raise Difference("paid fast")
        return httpx.Response(200)

    _send_and_compare = send


UNNEEDED = Step("staff", "GET", "/unneeded")
ORDER = Step("shopper", "POST", "/order", (("Accept", "*/*"), ("Key", "1")), '{"a": 1, "items": [1, 2]}')
PAY = Step("shopper", "POST", "/pay/<3/id>?slow=0&fast=1")


def test_unneeded_parts_are_removed_and_references_renumbered() -> None:
    found = shrink(PairWithOneDifference(), [UNNEEDED, UNNEEDED, ORDER, PAY])
    assert found == [
        Step("shopper", "POST", "/order", (("Key", "1"),), "{}"),
        Step("shopper", "POST", "/pay/<1/id>?fast=1"),
    ]
    assert difference_of(PairWithOneDifference(), found)


def test_steps_are_written_to_yaml_and_read_again() -> None:
    through_second = Step("<1/access_token>", "POST", "/order", (("Key", "1"),), '{"name":"茶\\ud800"}', 1)
    (case,) = yaml.safe_load(as_yaml("id", "About.", [UNNEEDED, through_second]))
    assert [Step.from_document(step) for step in case["steps"]] == [UNNEEDED, through_second]
