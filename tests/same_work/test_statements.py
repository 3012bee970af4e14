"""Both implementations send the same number of statements for each request, independent of the page size."""

from collections.abc import Iterator
from typing import Any

import pytest

from harness.wire.protocol import Count, Frontend, StatementLog
from tests.contract.document import OPERATIONS
from tests.same_work.measurement import Entry, RecordedImplementation, read_entries

ENTRIES = read_entries()
LISTS = [one.id for one in OPERATIONS.values() if any(parameter["name"] == "limit" for parameter in one.parameters)]


def test_every_operation_has_an_entry() -> None:
    assert OPERATIONS.keys() - {entry.operation for entry in ENTRIES} == set()


def test_differing_costs_cite_a_decision() -> None:
    differing = [entry for entry in ENTRIES if len(set(entry.costs.values())) > 1]
    assert [entry.name for entry in differing if "docs/decisions/" not in entry.because] == []


@pytest.mark.parametrize("operation", LISTS)
def test_statement_count_is_independent_of_page_size(operation: str) -> None:
    costs = {entry.name: entry.costs for entry in ENTRIES}
    assert costs[f"{operation}, a page of 1"] == costs[f"{operation}, a page of 100"]


def test_statement_counts_match_the_table(implementation: RecordedImplementation) -> None:
    differences = [line for entry in ENTRIES for line in _cost_difference(implementation, entry)]
    assert not differences, "\n".join([f"{implementation.name}:", *differences])


def _cost_difference(implementation: RecordedImplementation, entry: Entry) -> Iterator[str]:
    count, statements = implementation.cost(entry)
    if count != entry.costs[implementation.name]:
        yield f"{entry.name}: {count}, expected {entry.costs[implementation.name]}"
        yield from (f"    {statement[:150]}" for statement in statements)


def message(kind: bytes, *texts: str) -> bytes:
    """Return a message of the PostgreSQL protocol. The fields after the texts do not matter here."""
    content = b"".join(text.encode() + b"\0" for text in texts) + b"\0\0"
    return kind + (4 + len(content)).to_bytes(4) + content


EXTENDED = [message(b"P", "s", "SELECT 1"), message(b"B", "", "s"), message(b"E", ""), message(b"S")]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([message(b"Q", "BEGIN"), message(b"Q", "SELECT 1"), message(b"Q", "COMMIT")], Count(1, 2, 3)),
        (EXTENDED, Count(1, 0, 1)),
        ([*EXTENDED, *EXTENDED[1:]], Count(2, 0, 2)),
        ([*EXTENDED[:1], *EXTENDED[1:3] * 3, EXTENDED[3]], Count(3, 0, 1)),
    ],
    ids=["simple", "extended", "prepared once", "several at once"],
)
@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_messages_are_counted_for_any_segmentation(messages: list[bytes], expected: Any, cut: int) -> None:
    stream, frontend = b"".join(messages), Frontend(StatementLog())
    for start in range(0, len(stream), cut):
        frontend.feed(stream[start : start + cut])
    assert frontend.log.count() == expected
