"""The base class of Locust's users: sends the journeys of one scenario and checks every response.

Importing this module patches the standard library (gevent).
"""

import http.client
import json
import logging
import re
import secrets
from collections.abc import Iterator
from itertools import chain, count, cycle
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import gevent
from locust import FastHttpUser, constant, events, task
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import LocalRunner

from benchmarks.remote.api_sample import SetupFailed
from benchmarks.remote.shop import Shop, open_shop
from benchmarks.scenarios import Step
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.scenario import ScenarioName
from benchmarks.verification.client import SignInFailed
from benchmarks.verification.responses import has_requested_content

SAMPLE_SIZE, SAMPLE_SEED = 200, 1
# Seconds to wait after a failure. A refused connection takes no time, so without a wait other users would get no CPU.
FAILURE_PAUSE = 0.1
# The scenarios that order products, whose stock is raised first.
ORDERING = {"order_place", "shopper"}

# The shop of each address, or the reason why there is none.
_shops: dict[str, Shop | SetupFailed] = {}
_SLUG = re.compile(r"(?<=/products/)[^/]+")


class ScenarioUser(FastHttpUser):
    """Sends the journeys of `scenario` one after the other, without pauses, on one connection."""

    abstract = True
    wait_time = constant(0)
    concurrency = 1
    scenario: ClassVar[ScenarioName]
    _numbers: "ClassVar[count[int]]" = count()

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._journeys: Iterator[list[Step]] = iter(())
        try:
            self._shop = _shop(environment, self.host or "")
            journeys = self._shop.journeys(self.scenario)
        except SetupFailed as error:
            _end_test(environment, error)
        else:
            # Each user starts with another journey.
            first = next(self._numbers) % len(journeys)
            self._journeys = cycle(chain(journeys[first:], journeys[:first]))

    @task
    def send_journey(self) -> None:
        """Send all requests of the next journey."""
        journey = next(self._journeys, None)
        if journey is None:
            raise StopUser
        for step in journey:
            self._send(step)

    def _send(self, step: Step) -> None:
        # Unique among all processes and runs, because the rows of earlier runs remain.
        request, serial = step.request, secrets.token_hex(8)
        name = f"{self.scenario} {request_name(request)}"
        try:
            headers = self._shop.headers(request, serial)
        except (OSError, http.client.HTTPException, SignInFailed) as error:
            _report_failure(self.environment, f"{self.scenario}: sign-in for a new token", error)
            gevent.sleep(FAILURE_PAUSE)
            return
        with self.client.request(
            request.method, request.path, name, request.payload(serial), catch_response=True, headers=headers
        ) as response:
            # Without a response the status is 0, and Locust itself reports the failure with its cause.
            problem = response.status_code and problem_of(step, response.status_code, response.text or "")
            if problem:
                response.failure(problem)
            is_failed = bool(problem) or not response.status_code
        if is_failed:
            gevent.sleep(FAILURE_PAUSE)


def request_name(request: Request) -> str:
    """Return the name under which Locust counts a request: its path and the names of its parameters, without values."""
    parts = urlsplit(request.path)
    parameters = "&".join(parse_qs(parts.query))
    return _SLUG.sub("[slug]", parts.path) + (f"?{parameters}" if parameters else "")


def problem_of(step: Step, status: int, body: str) -> str | None:
    """Return what is wrong with a response, None if it is correct. The text is the same for all rows."""
    if status != step.status:
        return f"{status}, not {step.status}{_code(body)}"
    return None if has_requested_content(step, body) else "not the requested content"


def _code(body: str) -> str:
    """Return the code of a problem response."""
    try:
        return f": {json.loads(body)['code']}"
    except (ValueError, LookupError, TypeError):
        return ""


def _shop(environment: Environment, url: str) -> Shop:
    if url not in _shops:
        options = environment.parsed_options
        scenarios = {getattr(each, "scenario", "") for each in environment.user_classes}
        try:
            _shops[url] = open_shop(
                url,
                count=getattr(options, "sample_size", SAMPLE_SIZE),
                seed=getattr(options, "sample_seed", SAMPLE_SEED),
                with_stock=bool(scenarios & ORDERING),
            )
        except SetupFailed as error:
            _shops[url] = error
    found = _shops[url]
    if isinstance(found, SetupFailed):
        raise found
    return found


def _end_test(environment: Environment, error: SetupFailed) -> None:
    """End the test of this process. Raising StopTest would print a traceback for each user."""
    if environment.process_exit_code is not None:
        return
    environment.process_exit_code = 1
    logging.getLogger(__name__).error(error)
    # Listed as a failure too, because the master of a distributed test shows the statistics of workers, not their log.
    _report_failure(environment, "the sample of the server's rows", error)
    runner, options = environment.runner, environment.parsed_options
    if runner is not None:
        has_web_ui = isinstance(runner, LocalRunner) and options is not None and not options.headless
        # In a greenlet of its own, because this one is killed with the test.
        gevent.spawn(runner.stop if has_web_ui else runner.quit)


def _report_failure(environment: Environment, name: str, error: Exception) -> None:
    failure = {"request_type": "setup", "name": name, "response_time": 0, "response_length": 0, "context": {}}
    environment.events.request.fire(**failure, exception=error)  # type: ignore[no-untyped-call] # Locust types it in part


def _forget_shops(environment: Environment, **_: object) -> None:
    # The rows may have changed since the last test of this process.
    _shops.clear()
    environment.process_exit_code = None


events.test_start.add_listener(_forget_shops)  # type: ignore[no-untyped-call] # Locust types it in part
