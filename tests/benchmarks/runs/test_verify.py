"""What was verified for one part is not verified again for another."""

import pytest

from benchmarks.runs.verify import Verified

ASKED = Verified(statements={("django", "login 1000"): 1, ("fastapi", "login 1000"): 1, ("django", "login 2000"): 1})


@pytest.mark.parametrize(
    ("variants", "works", "expected"),
    [
        (["django", "fastapi"], ["login 1000"], True),
        (["django"], ["login 1000", "login 2000"], True),
        (["django", "fastapi"], ["login 1000", "login 2000"], False),
        (["django-sync"], ["login 1000"], False),
        (["django"], ["shopper 1000"], False),
    ],
)
def test_only_verified_variants_and_works_skip_verification(
    variants: list[str], works: list[str], expected: bool
) -> None:
    assert ASKED.has(variants, works) is expected
