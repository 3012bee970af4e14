"""Sends every request of every scenario to all variants and compares the responses.

The responses of the first variant are checked, and they become the expected responses of the measurement.
"""

import http.client
import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from itertools import count

from benchmarks.scenarios import Step
from benchmarks.scenarios.exchanges import Exchange, pattern_of
from benchmarks.scenarios.sample import Sample
from benchmarks.verification.client import Client, Response

# The contract does not define the values of these headers.
# `connection` depends on the HTTP server, which is not the same for all variants.
IGNORED_HEADERS = {"date", "server", "x-request-id", "location", "content-length", "connection"}
MAX_SHOWN = 300

type Journeys = list[list[Exchange]]


class ResponsesDiffer(Exception):
    """A response is wrong, or differs between variants."""


def record_expected(
    sample: Sample, scenarios: Sequence[str], clients: Mapping[str, Client], *, compare_headers: bool = True
) -> tuple[dict[str, Journeys], dict[str, str]]:
    """Send every step of the scenarios to all variants at once; `clients` are by variant and have the same dialect.

    Return the exchanges by scenario, and a description of the problem for each scenario that failed.
    """
    recorded, problems, serials = {}, {}, count()
    dialect = next(iter(clients.values())).dialect
    with ThreadPoolExecutor(len(clients)) as pool:
        for name in scenarios:
            journeys = dialect.journeys(name, sample)
            _sign_in(clients, journeys, pool)
            try:
                recorded[name] = [
                    [_common_exchange(step, clients, f"{next(serials):09d}", compare_headers, pool) for step in journey]
                    for journey in journeys
                ]
            except ResponsesDiffer as problem:
                problems[name] = str(problem)
    return recorded, problems


def has_requested_content(step: Step, body: str) -> bool:
    """Return whether the body of a response is JSON that passes the check of the step."""
    try:
        return step.check(json.loads(body))
    except (ValueError, LookupError, TypeError):
        return False


def _sign_in(clients: Mapping[str, Client], journeys: Sequence[Sequence[Step]], pool: Executor) -> None:
    accounts = {account for journey in journeys for step in journey if (account := step.request.account)}
    list(pool.map(lambda client: client.sign_in(accounts - client.tokens.keys()), clients.values()))


def _common_exchange(
    step: Step, clients: Mapping[str, Client], serial: str, compare_headers: bool, pool: Executor
) -> Exchange:
    sending = {name: pool.submit(_send, step, name, client, serial) for name, client in clients.items()}
    # All have to be answered before an error is raised: a client sends one request at a time.
    wait(sending.values())
    (first, reference), *others = ((name, each.result()) for name, each in sending.items())
    exchange = _checked_exchange(step, reference, serial, first)
    for name, response in others:
        _compare(step, exchange, name, response)
        if compare_headers:
            _compare_headers(step, reference, first, name, response)
    return exchange


def _compare_headers(step: Step, reference: Response, first: str, variant: str, response: Response) -> None:
    if _names(response) != _names(reference):
        raise _error(step, variant, f"headers {_names(response)}, and {first} sends {_names(reference)}")
    for header in _names(reference) & {"content-type", "cache-control"}:
        if response.headers[header] != reference.headers[header]:
            raise _error(step, variant, f"{header}: {response.headers[header]}")


def _send(step: Step, variant: str, client: Client, serial: str) -> Response:
    try:
        return client.send(step.request, serial)
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise _error(step, variant, f"no response: {error!r}") from error


def _checked_exchange(step: Step, response: Response, serial: str, variant: str) -> Exchange:
    if response.status != step.status:
        raise _error(step, variant, f"{response.status}, not {step.status}: {response.body[:MAX_SHOWN]}")
    if not has_requested_content(step, response.body):
        raise _error(step, variant, f"not the requested content: {response.body[:MAX_SHOWN]}")
    pattern = pattern_of(response.body, step.varying, serial) if step.varying else step.pattern
    if pattern is None:
        return Exchange(step.request, step.status, text=response.body, is_background=step.is_background)
    return Exchange(step.request, step.status, pattern=pattern, is_background=step.is_background, example=response.body)


def _compare(step: Step, exchange: Exchange, variant: str, response: Response) -> None:
    if response.status != exchange.status:
        raise _error(step, variant, f"{response.status}, not {exchange.status}: {response.body[:MAX_SHOWN]}")
    if exchange.text is not None and response.body != exchange.text:
        raise _error(step, variant, f"different body: {_difference(exchange.text, response.body)}")
    if exchange.pattern is not None and not re.fullmatch(exchange.pattern, response.body):
        raise _error(step, variant, f"different body: {response.body[:MAX_SHOWN]}")


def _difference(expected: str, actual: str) -> str:
    at = next((i for i, (one, other) in enumerate(zip(expected, actual, strict=False)) if one != other), len(expected))
    around = slice(max(0, at - 40), at + 80)
    return f"at {at} of {len(actual)}: {actual[around]!r}, expected {expected[around]!r}"


def _names(response: Response) -> set[str]:
    return set(response.headers) - IGNORED_HEADERS


def _error(step: Step, variant: str, description: str) -> ResponsesDiffer:
    return ResponsesDiffer(f"{variant}: {step.request.method} {step.request.path}: {description}")
