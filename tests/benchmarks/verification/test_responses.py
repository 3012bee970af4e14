"""The gate learns right answers, and notices what is wrong or not alike."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from benchmarks.scenarios import EVERY, Scenario, Step
from benchmarks.scenarios.exchanges import Exchange, Request
from benchmarks.scenarios.sample import Sample
from benchmarks.verification.client import Client, SignInFailed, client
from benchmarks.verification.responses import record_expected
from tests.benchmarks.fake_server import Answers, any_product, fake_server

TOKENS = '{"access_token":"a.b.c","refresh_token":"a.b.c","token_type":"bearer","expires_in":1800}'


@pytest.fixture
def shops() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def signing_in(answers: Answers) -> Answers:
    return lambda *asked: (200, TOKENS) if asked[1] == "/api/auth/login" else answers(*asked)


def opened(shops: ExitStack, answers: Answers) -> Client:
    return shops.enter_context(client(shops.enter_context(fake_server(signing_in(answers)))))


def asked_about(
    monkeypatch: pytest.MonkeyPatch,
    step: Step,
    clients: dict[str, Client],
) -> tuple[list[Exchange], dict[str, str]]:
    """Return the exchanges recorded for a scenario with one step, and the problems."""
    scenario = Scenario("product_detail", "one step", lambda _sample: [[step]])
    monkeypatch.setitem(EVERY, "product_detail", scenario)
    sample = Sample([], [], [], ("1", "2"), [], {}, {})
    learnt, problems = record_expected(sample, ["product_detail"], clients)
    return [exchange for journey in learnt.get("product_detail", ()) for exchange in journey], problems


def mug(varying: list[str] | None = None) -> Step:
    return Step(Request("GET", "/p/mug"), lambda product: bool(product["slug"] == "mug"), varying=varying or [])


def test_a_response_common_to_all_variants_becomes_the_expected_response(
    shops: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = {"one": opened(shops, any_product), "other": opened(shops, any_product)}
    (exchange,), problems = asked_about(monkeypatch, mug(), clients)
    assert problems == {}
    assert (exchange.status, exchange.text, exchange.pattern) == (200, '{"slug":"mug"}', None)


def test_varying_parts_are_recorded_as_a_pattern(shops: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    clients = {
        name: opened(shops, lambda *_, stock=stock: (200, f'{{"slug":"mug","stock":{stock}}}'))
        for name, stock in (("one", 5), ("other", 4))
    }
    (exchange,), problems = asked_about(monkeypatch, mug(["stock"]), clients)
    assert problems == {}
    assert re.fullmatch(exchange.pattern or "", '{"slug":"mug","stock":3}')


@pytest.mark.parametrize(
    ("other", "complaint"),
    [
        (lambda *_: (200, '{"slug": "mug"}'), "other: GET /p/mug: other bytes"),
        (lambda *_: (404, "{}"), "other: GET /p/mug: 404, not 200"),
        (lambda *_: (200, ""), "other: GET /p/mug: other bytes"),
    ],
)
def test_a_different_response_of_one_variant_fails_verification(
    shops: ExitStack, monkeypatch: pytest.MonkeyPatch, other: Answers, complaint: str
) -> None:
    clients = {"one": opened(shops, any_product), "other": opened(shops, other)}
    learnt, problems = asked_about(monkeypatch, mug(), clients)
    assert complaint in problems["product_detail"]
    assert learnt == []


@pytest.mark.parametrize("wrong", ['{"slug":"cup"}', "{}", "[]", "not JSON", "null"])
def test_a_wrong_response_of_all_variants_fails_verification(
    shops: ExitStack, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    clients = {name: opened(shops, lambda *_: (200, wrong)) for name in ("one", "other")}
    assert "not what was asked for" in asked_about(monkeypatch, mug(), clients)[1]["product_detail"]


def test_an_unreachable_server_fails_verification(monkeypatch: pytest.MonkeyPatch, shops: ExitStack) -> None:
    lost = ExitStack()
    clients = {"one": opened(lost, any_product), "other": opened(shops, any_product)}
    clients["one"].sign_in([])
    lost.close()
    monkeypatch.setattr(Client, "sign_in", lambda *_: None)
    assert "no answer" in asked_about(monkeypatch, mug(), clients)[1]["product_detail"]


def test_a_demo_account_that_is_refused_is_named(shops: ExitStack) -> None:
    port = shops.enter_context(fake_server(lambda *_: (401, "{}")))
    with client(port) as stranger, pytest.raises(SignInFailed, match=r"admin@example.com.*401"):
        stranger.sign_in(["admin@example.com"])
