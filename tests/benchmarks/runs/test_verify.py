"""Variants and workloads that one part has verified are not verified again for another."""

import pytest

from benchmarks.runs.verify import Verified

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
