"""The suite reports responses that violate the contract, and documented responses that no test observed."""

import json
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from tests.contract.document import ERRORS, OPERATIONS
from tests.contract.observed import CONTRACT_TESTS, IMPLEMENTATIONS, ContractCoverage, unobserved
from tests.contract.validation import SECURITY_HEADERS, violations

HEALTHY = b'{"status":"ok"}'


def make_response(
    content: bytes = HEALTHY,
    *,
    path: str = "/healthz",
    method: str = "GET",
    status: int = 200,
    content_type: str = "application/json",
    **headers: str | None,
) -> httpx.Response:
    """Return a response to a health check that fulfils the contract, except for the given changes."""
    all_headers: dict[str, str | None] = {
        **SECURITY_HEADERS,
        "x-request-id": "1",
        "content-type": content_type,
        "content-length": str(len(content)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    request = httpx.Request(method, f"http://127.0.0.1{path}")
    given = {name: value for name, value in all_headers.items() if value is not None}
    return httpx.Response(status, content=content, request=request, headers=given)


def problem(code: str, **changes: Any) -> bytes:
    """Return the body of a problem as in errors.yaml, except for the given changes."""
    body = {"type": f"tag:shop.example,2026:{code}", **ERRORS["problems"][code]}
    ordered = {key: body[key] for key in ("type", "title", "status", "detail")} | {"code": code} | changes
    return json.dumps(ordered, separators=(",", ":"), ensure_ascii=False).encode()


def test_valid_response_is_accepted() -> None:
    assert violations(make_response()) == []


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (make_response(status=201), "get_health does not document 201"),
        (make_response(path="/nowhere"), "an unknown path returned 200"),
        (make_response(method="PUT"), "PUT returned 200"),
        (make_response(x_frame_options=None), "header x-frame-options is None"),
        (make_response(x_request_id=None), "header x-request-id is missing"),
        (make_response(x_request_id="a b"), "does not match"),
        (make_response(vary="Accept"), "header vary is not documented"),
        (make_response(content_type="application/json; charset=utf-8"), "content type is"),
        (make_response(b'{"status": "ok"}'), "not compact"),
        (make_response(b"<html>"), "not JSON"),
        (make_response(b'{"status":"fine"}'), "'fine' is not one of"),
        (make_response(b'{"status":"ok","more":1}'), "Additional properties are not allowed"),
        (make_response(path="/api/auth/me"), "cache-control is None"),
        (make_response(b"", path="/api/orders", method="OPTIONS", status=204, content_type=""), "header allow is None"),
    ],
    ids=range(14),
)
def test_response_outside_the_contract_is_reported(response: httpx.Response, expected: str) -> None:
    assert any(expected in violation for violation in violations(response))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (problem("not_found", title="Gone"), "differs from errors.yaml"),
        (problem("not_acceptable"), "is not one of ['not_found']"),
        (json.dumps(dict(reversed(json.loads(problem("not_found")).items())), separators=(",", ":")).encode(), "order"),
    ],
    ids=["words", "code", "order"],
)
def test_problem_outside_the_catalogue_is_reported(content: bytes, expected: str) -> None:
    response = make_response(content, path="/nowhere", status=404, content_type="application/problem+json")

    assert any(expected in violation for violation in violations(response))


def test_unobserved_documented_response_is_reported() -> None:
    observations = {
        (implementation, operation.id, status)
        for implementation in IMPLEMENTATIONS
        for operation in OPERATIONS.values()
        for status in operation.statuses
    }

    assert unobserved(observations) == []
    assert unobserved(observations - {("fastapi", "place_order", 409)}) == ["place_order 409 on fastapi"]


def coverage_after_run(*, files: list[str], is_whole_suite: bool) -> ContractCoverage:
    """Return the coverage at the end of a run in which a worker selected these files."""
    coverage = ContractCoverage()
    output = {"observed": [("django", "get_health", 200)], "selected_files": files, "is_whole_suite": is_whole_suite}
    coverage.pytest_testnodedown(SimpleNamespace(workeroutput=output))
    session = SimpleNamespace(
        config=SimpleNamespace(option=SimpleNamespace(collectonly=False)),
        exitstatus=pytest.ExitCode.OK,
        shouldstop=False,
        shouldfail=False,
    )
    coverage.pytest_sessionfinish(cast(pytest.Session, session))
    assert bool(coverage.missing) == (session.exitstatus == pytest.ExitCode.TESTS_FAILED)
    return coverage


def test_coverage_is_checked_only_for_the_whole_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.contract.observed._observed", set())
    all_files = [str(path) for path in CONTRACT_TESTS.rglob("test_*.py")]

    assert "place_order 409 on django" in coverage_after_run(files=all_files, is_whole_suite=True).missing
    assert coverage_after_run(files=all_files[1:], is_whole_suite=True).missing == []
    assert coverage_after_run(files=all_files, is_whole_suite=False).missing == []
