"""Verification before measuring: sends every request of every scenario to all variants and compares the responses.

The first variant's responses are checked first; they become the expected responses of the measurement.
"""

import http.client
import json
import re
from collections.abc import Mapping, Sequence
from itertools import count

from benchmarks.scenarios import EVERY, Step
from benchmarks.scenarios.exchanges import Exchange, pattern_of
from benchmarks.scenarios.sample import Sample
from benchmarks.verification.client import Answer, Client

# Differ between servers: the contract does not define their values.
# `connection` is the HTTP server's, of which the variants have several.
IGNORED_HEADERS = {"date", "server", "x-request-id", "location", "content-length", "connection"}
SHOWN = 300

type Journeys = list[list[Exchange]]


class ResponsesDiffer(Exception):
    """A response is wrong, or not the same on every variant."""


def record_expected(
    sample: Sample, scenarios: Sequence[str], clients: Mapping[str, Client], *, compare_headers: bool = True
) -> tuple[dict[str, Journeys], dict[str, str]]:
    """Send every step to every variant. Returns exchanges by scenario, and problems by scenario that failed."""
    learnt, problems, serials = {}, {}, count()
    for name in scenarios:
        journeys = EVERY[name].journeys(sample)
        _sign_in(clients, journeys)
        try:
            learnt[name] = [
                [_agreed(step, clients, f"{next(serials):09d}", compare_headers) for step in journey]
                for journey in journeys
            ]
        except ResponsesDiffer as problem:
            problems[name] = str(problem)
    return learnt, problems


def _sign_in(clients: Mapping[str, Client], journeys: Sequence[Sequence[Step]]) -> None:
    accounts = {account for journey in journeys for step in journey if (account := step.request.account)}
    for client in clients.values():
        client.sign_in(accounts - client.tokens.keys())


def _agreed(step: Step, clients: Mapping[str, Client], serial: str, compare_headers: bool) -> Exchange:
    (first, reference), *others = ((name, _asked(step, name, client, serial)) for name, client in clients.items())
    exchange = _learnt(step, reference, serial, first)
    for name, answer in others:
        _compare(step, exchange, name, answer)
        if compare_headers:
            _compare_headers(step, reference, first, name, answer)
    return exchange


def _compare_headers(step: Step, reference: Answer, first: str, variant: str, answer: Answer) -> None:
    if _names(answer) != _names(reference):
        raise _problem(step, variant, f"headers {_names(answer)}, and {first} sends {_names(reference)}")
    for header in _names(reference) & {"content-type", "cache-control"}:
        if answer.headers[header] != reference.headers[header]:
            raise _problem(step, variant, f"{header}: {answer.headers[header]}")


def _asked(step: Step, variant: str, client: Client, serial: str) -> Answer:
    try:
        return client.ask(step.request, serial)
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise _problem(step, variant, f"no answer: {error!r}") from error


def _learnt(step: Step, answer: Answer, serial: str, variant: str) -> Exchange:
    if answer.status != step.status:
        raise _problem(step, variant, f"{answer.status}, not {step.status}: {answer.body[:SHOWN]}")
    try:
        right = step.holds(json.loads(answer.body))
    except (ValueError, LookupError, TypeError):
        right = False
    if not right:
        raise _problem(step, variant, f"not what was asked for: {answer.body[:SHOWN]}")
    if step.varying:
        pattern = pattern_of(answer.body, step.varying, serial)
        return Exchange(step.request, step.status, pattern=pattern)
    text = None if step.pattern else answer.body
    return Exchange(step.request, step.status, text=text, pattern=step.pattern)


def _compare(step: Step, exchange: Exchange, variant: str, answer: Answer) -> None:
    if answer.status != exchange.status:
        raise _problem(step, variant, f"{answer.status}, not {exchange.status}: {answer.body[:SHOWN]}")
    if exchange.text is not None and answer.body != exchange.text:
        raise _problem(step, variant, f"other bytes: {_difference(exchange.text, answer.body)}")
    if exchange.pattern is not None and not re.fullmatch(exchange.pattern, answer.body):
        raise _problem(step, variant, f"other bytes: {answer.body[:SHOWN]}")


def _difference(expected: str, found: str) -> str:
    at = next((i for i, (one, other) in enumerate(zip(expected, found, strict=False)) if one != other), len(expected))
    around = slice(max(0, at - 40), at + 80)
    return f"at {at} of {len(found)}: {found[around]!r}, expected {expected[around]!r}"


def _names(answer: Answer) -> set[str]:
    return set(answer.headers) - IGNORED_HEADERS


def _problem(step: Step, variant: str, what: str) -> ResponsesDiffer:
    return ResponsesDiffer(f"{variant}: {step.request.method} {step.request.path}: {what}")
