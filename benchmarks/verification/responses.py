"""The gate before measuring: every request of every scenario is asked of all variants, and they must agree.

The first variant's answers, once they are found right, become what every later answer is checked against.
"""

import http.client
import json
import re
from collections.abc import Mapping, Sequence
from itertools import count

from benchmarks.scenarios import EVERY, Question
from benchmarks.scenarios.exchanges import Exchange, pattern_of
from benchmarks.scenarios.material import Material
from benchmarks.verification.client import Answer, Client

# Differ from one server to the next by nature; the contract says nothing of them, or says that they vary.
# `connection` is the HTTP server's, of which the variants have several.
IGNORED_HEADERS = {"date", "server", "x-request-id", "location", "content-length", "connection"}
SHOWN = 300

type Journeys = list[list[Exchange]]


class Disagreement(Exception):
    """An answer is not right, or not the same on every variant."""


def learn(
    material: Material, scenarios: Sequence[str], clients: Mapping[str, Client], *, compare_headers: bool = True
) -> tuple[dict[str, Journeys], dict[str, str]]:
    """Ask every question of every variant. Returns the exchanges of each scenario, and for the others why not."""
    learnt, problems, serials = {}, {}, count()
    for name in scenarios:
        journeys = EVERY[name].journeys(material)
        _sign_in(clients, journeys)
        try:
            learnt[name] = [
                [_agreed(question, clients, f"{next(serials):09d}", compare_headers) for question in journey]
                for journey in journeys
            ]
        except Disagreement as problem:
            problems[name] = str(problem)
    return learnt, problems


def _sign_in(clients: Mapping[str, Client], journeys: Sequence[Sequence[Question]]) -> None:
    accounts = {account for journey in journeys for question in journey if (account := question.request.account)}
    for client in clients.values():
        client.sign_in(accounts - client.tokens.keys())


def _agreed(question: Question, clients: Mapping[str, Client], serial: str, compare_headers: bool) -> Exchange:
    (first, reference), *others = ((name, _asked(question, name, client, serial)) for name, client in clients.items())
    exchange = _learnt(question, reference, serial, first)
    for name, answer in others:
        _compare(question, exchange, name, answer)
        if compare_headers:
            _compare_headers(question, reference, first, name, answer)
    return exchange


def _compare_headers(question: Question, reference: Answer, first: str, variant: str, answer: Answer) -> None:
    if _names(answer) != _names(reference):
        raise _problem(question, variant, f"headers {_names(answer)}, and {first} sends {_names(reference)}")
    for header in _names(reference) & {"content-type", "cache-control"}:
        if answer.headers[header] != reference.headers[header]:
            raise _problem(question, variant, f"{header}: {answer.headers[header]}")


def _asked(question: Question, variant: str, client: Client, serial: str) -> Answer:
    try:
        return client.ask(question.request, serial)
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise _problem(question, variant, f"no answer: {error!r}") from error


def _learnt(question: Question, answer: Answer, serial: str, variant: str) -> Exchange:
    if answer.status != question.status:
        raise _problem(question, variant, f"{answer.status}, not {question.status}: {answer.body[:SHOWN]}")
    try:
        right = question.holds(json.loads(answer.body))
    except (ValueError, LookupError, TypeError):
        right = False
    if not right:
        raise _problem(question, variant, f"not what was asked for: {answer.body[:SHOWN]}")
    if question.varying:
        pattern = pattern_of(answer.body, question.varying, serial)
        return Exchange(question.request, question.status, pattern=pattern)
    text = None if question.pattern else answer.body
    return Exchange(question.request, question.status, text=text, pattern=question.pattern)


def _compare(question: Question, exchange: Exchange, variant: str, answer: Answer) -> None:
    if answer.status != exchange.status:
        raise _problem(question, variant, f"{answer.status}, not {exchange.status}: {answer.body[:SHOWN]}")
    if exchange.text is not None and answer.body != exchange.text:
        raise _problem(question, variant, f"other bytes: {_difference(exchange.text, answer.body)}")
    if exchange.pattern is not None and not re.fullmatch(exchange.pattern, answer.body):
        raise _problem(question, variant, f"other bytes: {answer.body[:SHOWN]}")


def _difference(expected: str, found: str) -> str:
    at = next((i for i, (one, other) in enumerate(zip(expected, found, strict=False)) if one != other), len(expected))
    around = slice(max(0, at - 40), at + 80)
    return f"at {at} of {len(found)}: {found[around]!r}, expected {expected[around]!r}"


def _names(answer: Answer) -> set[str]:
    return set(answer.headers) - IGNORED_HEADERS


def _problem(question: Question, variant: str, what: str) -> Disagreement:
    return Disagreement(f"{variant}: {question.request.method} {question.request.path}: {what}")
