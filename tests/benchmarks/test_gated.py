"""What one gate of a run let through need not be asked again; everything else must be."""

import pytest

from benchmarks.runs.verify import Passed

ASKED = Passed(statements={("django", "login 1000"): 1, ("fastapi", "login 1000"): 1, ("django", "login 2000"): 1})


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
def test_a_gate_is_spared_only_to_whom_it_let_through(variants: list[str], works: list[str], expected: bool) -> None:
    assert ASKED.has(variants, works) is expected
