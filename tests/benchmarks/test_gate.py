"""The gate learns right answers, and notices what is wrong or not alike."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from benchmarks.scenarios import EVERY, Question, Scenario
from benchmarks.scenarios.exchanges import Exchange, Request
from benchmarks.scenarios.material import Material
from benchmarks.verification.client import Client, SignInFailed, client
from benchmarks.verification.responses import learn
from tests.benchmarks.little_shop import Answers, as_asked, little_shop

TOKENS = '{"access_token":"a.b.c","refresh_token":"a.b.c","token_type":"bearer","expires_in":1800}'


@pytest.fixture
def shops() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def signing_in(answers: Answers) -> Answers:
    return lambda *asked: (200, TOKENS) if asked[1] == "/api/auth/login" else answers(*asked)


def opened(shops: ExitStack, answers: Answers) -> Client:
    return shops.enter_context(client(shops.enter_context(little_shop(signing_in(answers)))))


def asked_about(
    monkeypatch: pytest.MonkeyPatch,
    question: Question,
    clients: dict[str, Client],
) -> tuple[list[Exchange], dict[str, str]]:
    """What the gate learns of one question, as the only one of a scenario, and problems."""
    scenario = Scenario("product_detail", "one question", lambda _material: [[question]])
    monkeypatch.setitem(EVERY, "product_detail", scenario)
    material = Material([], [], [], ("1", "2"), [], {}, {})
    learnt, problems = learn(material, ["product_detail"], clients)
    return [exchange for journey in learnt.get("product_detail", ()) for exchange in journey], problems


def mug(varying: list[str] | None = None) -> Question:
    return Question(Request("GET", "/p/mug"), lambda product: bool(product["slug"] == "mug"), varying=varying or [])


def test_an_answer_that_all_give_is_what_every_later_answer_must_be(
    shops: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = {"one": opened(shops, as_asked), "other": opened(shops, as_asked)}
    (exchange,), problems = asked_about(monkeypatch, mug(), clients)
    assert problems == {}
    assert (exchange.status, exchange.text, exchange.pattern) == (200, '{"slug":"mug"}', None)


def test_what_may_vary_is_learnt_as_a_pattern(shops: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_variant_that_answers_otherwise_closes_the_gate(
    shops: ExitStack, monkeypatch: pytest.MonkeyPatch, other: Answers, complaint: str
) -> None:
    clients = {"one": opened(shops, as_asked), "other": opened(shops, other)}
    learnt, problems = asked_about(monkeypatch, mug(), clients)
    assert complaint in problems["product_detail"]
    assert learnt == []


@pytest.mark.parametrize("wrong", ['{"slug":"cup"}', "{}", "[]", "not JSON", "null"])
def test_an_answer_that_all_give_but_that_is_not_right_closes_the_gate(
    shops: ExitStack, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    clients = {name: opened(shops, lambda *_: (200, wrong)) for name in ("one", "other")}
    assert "not what was asked for" in asked_about(monkeypatch, mug(), clients)[1]["product_detail"]


def test_a_server_that_is_gone_closes_the_gate(monkeypatch: pytest.MonkeyPatch, shops: ExitStack) -> None:
    lost = ExitStack()
    clients = {"one": opened(lost, as_asked), "other": opened(shops, as_asked)}
    clients["one"].sign_in([])
    lost.close()
    monkeypatch.setattr(Client, "sign_in", lambda *_: None)
    assert "no answer" in asked_about(monkeypatch, mug(), clients)[1]["product_detail"]


def test_a_demo_account_that_is_refused_is_named(shops: ExitStack) -> None:
    port = shops.enter_context(little_shop(lambda *_: (401, "{}")))
    with client(port) as stranger, pytest.raises(SignInFailed, match=r"admin@example.com.*401"):
        stranger.sign_in(["admin@example.com"])
