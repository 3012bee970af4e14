"""Variants and workloads that one part has verified are not verified again for another; tokens are used again."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.results import Part
from benchmarks.runs import verify
from benchmarks.runs.verify import Verified, verify_part
from benchmarks.settings import MIN_SIZE, Settings

VERIFIED = Verified(statements={("django", "login 1000"): 1, ("fastapi", "login 1000"): 1, ("django", "login 2000"): 1})


@pytest.mark.parametrize(
    ("variants", "workloads", "expected"),
    [
        (["django", "fastapi"], ["login 1000"], True),
        (["django"], ["login 1000", "login 2000"], True),
        (["django", "fastapi"], ["login 1000", "login 2000"], False),
        (["django-sync"], ["login 1000"], False),
        (["django"], ["shopper 1000"], False),
    ],
)
def test_only_verified_variants_and_workloads_skip_verification(
    variants: list[str], workloads: list[str], expected: bool
) -> None:
    assert VERIFIED.has(variants, workloads) is expected


def test_measurement_uses_the_tokens_of_the_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(scenarios=("login",), sizes=(MIN_SIZE,))
    bench: Any = SimpleNamespace(settings=settings, processors=2, samples={MIN_SIZE: None}, tokens={})
    client: Any = SimpleNamespace(tokens={"a@example.com": "a token"})
    monkeypatch.setattr(verify, "_observed", lambda *_: nullcontext((client, None)))
    monkeypatch.setattr(verify, "record_expected", lambda *_, **__: ({"login": []}, {}))
    monkeypatch.setattr(verify, "_statements_per_request", lambda *_: 1.0)
    verify_part(bench, Part("main", settings), Verified())
    found = {key: access.by_account for key, access in bench.tokens.items()}
    assert found == {(variant, MIN_SIZE): client.tokens for variant in ("django", "fastapi")}
