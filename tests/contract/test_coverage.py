"""The suite reports responses outside the contract, and documented responses that no test observed."""

import json
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from tests.contract.document import ERRORS, OPERATIONS
from tests.contract.observed import FOLDER, IMPLEMENTATIONS, ContractCoverage, unseen
from tests.contract.validation import SECURITY_HEADERS, violations

HEALTHY = b'{"status":"ok"}'


def answer(
    content: bytes = HEALTHY,
    *,
    path: str = "/healthz",
    method: str = "GET",
    status: int = 200,
    content_type: str = "application/json",
    **headers: str | None,
) -> httpx.Response:
    """An answer of a perfect implementation, but for what is told."""
    sent: dict[str, str | None] = {
        **SECURITY_HEADERS,
        "x-request-id": "1",
        "content-type": content_type,
        "content-length": str(len(content)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    request = httpx.Request(method, f"http://127.0.0.1{path}")
    kept = {name: value for name, value in sent.items() if value is not None}
    return httpx.Response(status, content=content, request=request, headers=kept)


def problem(code: str, **changes: Any) -> bytes:
    """The body of a problem as the catalogue has it, but for the changes."""
    body = {"type": f"tag:shop.example,2026:{code}", **ERRORS["problems"][code]}
    ordered = {key: body[key] for key in ("type", "title", "status", "detail")} | {"code": code} | changes
    return json.dumps(ordered, separators=(",", ":"), ensure_ascii=False).encode()


def test_valid_response_is_accepted() -> None:
    assert violations(answer()) == []


@pytest.mark.parametrize(
    ("spoiled", "complaint"),
    [
        (answer(status=201), "get_health does not document 201"),
        (answer(path="/nowhere"), "an unknown path is answered with 200"),
        (answer(method="PUT"), "PUT is answered with 200"),
        (answer(x_frame_options=None), "header x-frame-options is None"),
        (answer(x_request_id=None), "header x-request-id is missing"),
        (answer(x_request_id="a b"), "does not match"),
        (answer(vary="Accept"), "header vary is not documented"),
        (answer(content_type="application/json; charset=utf-8"), "content type is"),
        (answer(b'{"status": "ok"}'), "not compact"),
        (answer(b"<html>"), "not JSON"),
        (answer(b'{"status":"fine"}'), "'fine' is not one of"),
        (answer(b'{"status":"ok","more":1}'), "Additional properties are not allowed"),
        (answer(path="/api/auth/me"), "cache-control is None"),
        (answer(b"", path="/api/orders", method="OPTIONS", status=204, content_type=""), "header allow is None"),
    ],
    ids=range(14),
)
def test_response_outside_the_contract_is_reported(spoiled: httpx.Response, complaint: str) -> None:
    assert any(complaint in violation for violation in violations(spoiled))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (problem("not_found", title="Gone"), "not what errors.yaml says"),
        (problem("not_acceptable"), "is not one of ['not_found']"),
        (json.dumps(dict(reversed(json.loads(problem("not_found")).items())), separators=(",", ":")).encode(), "order"),
    ],
    ids=["words", "code", "order"],
)
def test_problem_outside_the_catalogue_is_reported(content: bytes, complaint: str) -> None:
    found = violations(answer(content, path="/nowhere", status=404, content_type="application/problem+json"))

    assert any(complaint in violation for violation in found)


def test_unobserved_documented_response_is_reported() -> None:
    seen = {
        (implementation, one.id, status)
        for implementation in IMPLEMENTATIONS
        for one in OPERATIONS.values()
        for status in one.statuses
    }

    assert unseen(seen) == []
    assert unseen(seen - {("fastapi", "place_order", 409)}) == ["place_order 409 on fastapi"]


def finished(*, files: list[str], whole: bool) -> ContractCoverage:
    """A coverage that was told how a worker's session went, at the end of the run."""
    coverage = ContractCoverage()
    output = {"observed": [("django", "get_health", 200)], "selected": files, "whole": whole}
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
    monkeypatch.setattr("tests.contract.observed._seen", set())
    everything = [str(path) for path in FOLDER.rglob("test_*.py")]

    assert "place_order 409 on django" in finished(files=everything, whole=True).missing
    assert finished(files=everything[1:], whole=True).missing == []
    assert finished(files=everything, whole=False).missing == []
