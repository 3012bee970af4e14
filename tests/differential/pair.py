"""Two implementations that are asked the same: on two databases, or on one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import httpx
from psycopg2 import extensions

from tests.contract.document import operation_at, template_of
from tests.differential.correspondence import Correspondence, Difference
from tests.differential.rows import compare_rows, read_rows
from tests.differential.sides import Side, compare_answers, require_documented
from tests.differential.steps import Step
from tests.parity.seed_data import SeededDatabase

_SAFE = {"GET", "HEAD", "OPTIONS"}


class Pair(ABC):
    """Both implementations, and how a step is asked of them."""

    def __init__(self, callers: Sequence[tuple[str, httpx.Client]], databases: Sequence[extensions.connection]) -> None:
        self.callers = callers
        self.databases = databases
        self.steps = 0
        self.asked: list[Step] = []

    def start(self) -> None:
        """Begin a sequence: the world is as it was, and nothing has been asked."""
        for connection in self.databases:
            SeededDatabase(connection).restore()
        self.sides = [Side(implementation, http) for implementation, http in self.callers]
        self.correspondence = Correspondence()

    def ask(self, step: Step, number: int) -> httpx.Response:
        """Ask a step and compare. Raises Difference."""
        answer = self._ask(step, number)
        require_documented(answer)
        self.steps += 1
        return answer

    @abstractmethod
    def _ask(self, step: Step, number: int) -> httpx.Response:
        """Ask a step and compare what the implementations say. Raises Difference."""


class TwoShops(Pair):
    """Each implementation on a database of its own; both get every step."""

    def start(self) -> None:
        super().start()
        self._compare_rows()

    def _ask(self, step: Step, number: int) -> httpx.Response:
        ours, theirs = (side.ask(step, number) for side in self.sides)
        compare_answers(ours, theirs, self.correspondence)
        self._compare_rows()
        return ours

    def _compare_rows(self) -> None:
        ours, theirs = map(read_rows, self.databases)
        compare_rows(ours, theirs, self.correspondence)


class OneShop(Pair):
    """Both implementations on one database: one writes, both read, and not a byte differs."""

    def _ask(self, step: Step, number: int) -> httpx.Response:
        """What is only read, refused or safe to repeat is asked of both; what was written is read through both."""
        first, second = self.sides[step.writer], self.sides[1 - step.writer]
        answer = first.ask(step, number)
        if step.method in _SAFE or answer.is_error or "Idempotency-Key" in dict(step.headers):
            _same_bytes(answer, second.ask(step, number))
            return answer
        second.answers.append(answer)
        if path := _readable(answer.headers.get("location", step.path)):
            read = Step(step.caller, "GET", path)
            _same_bytes(*(side.send(read, number) for side in self.sides))
        return answer


def _same_bytes(ours: httpx.Response, theirs: httpx.Response) -> None:
    compare_answers(ours, theirs, Correspondence())
    if ours.content != theirs.content:
        raise Difference(f"not the same bytes:\n  {ours.text}\n  {theirs.text}")


def _readable(path: str) -> str:
    """The nearest path, from this one upwards, that answers GET; empty where there is none."""
    path = path.partition("?")[0]
    while path and not ((template := template_of(path)) and operation_at("GET", template)):
        path = path.rpartition("/")[0]
    return path
