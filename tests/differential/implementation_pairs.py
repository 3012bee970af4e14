"""Send each step to both implementations and compare the results, with separate databases or with a shared one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import httpx
from psycopg2 import extensions

from tests.contract.document import operation_at, template_of
from tests.differential.correspondence import Correspondence, Difference
from tests.differential.implementation_client import ImplementationClient
from tests.differential.responses import compare_responses, require_documented
from tests.differential.rows import compare_rows, read_rows
from tests.differential.steps import Step
from tests.parity.seed_data import SeededDatabase

_SAFE = {"GET", "HEAD", "OPTIONS"}


class ImplementationPair(ABC):
    """Both implementations. Subclasses decide which of them gets a step, and what is compared.

    `step_count` counts the steps of all sequences, `sent` lists those of the current sequence.
    """

    def __init__(
        self, http_clients: Sequence[tuple[str, httpx.Client]], databases: Sequence[extensions.connection]
    ) -> None:
        self.http_clients = http_clients
        self.databases = databases
        self.step_count = 0
        self.sent: list[Step] = []

    def start(self) -> None:
        """Start a sequence: restore the seed data and forget all previous responses."""
        for connection in self.databases:
            SeededDatabase(connection).restore()
        self.clients = [ImplementationClient(implementation, http) for implementation, http in self.http_clients]
        self.correspondence = Correspondence()

    def send(self, step: Step, number: int) -> httpx.Response:
        """Send a step, compare the results, and return one of the responses. Raises Difference."""
        response = self._send_and_compare(step, number)
        require_documented(response)
        self.step_count += 1
        return response

    @abstractmethod
    def _send_and_compare(self, step: Step, number: int) -> httpx.Response:
        """Send a step and compare the results of the implementations. Raises Difference."""


class SeparateDatabases(ImplementationPair):
    """Each implementation has its own database. Both get every step, and the rows must correspond after each step."""

    def start(self) -> None:
        """Start a sequence, and check that the rows correspond."""
        super().start()
        self._compare_rows()

    def _send_and_compare(self, step: Step, number: int) -> httpx.Response:
        first, second = (client.send(step, number) for client in self.clients)
        compare_responses(first, second, self.correspondence)
        self._compare_rows()
        return first

    def _compare_rows(self) -> None:
        first, second = map(read_rows, self.databases)
        compare_rows(first, second, self.correspondence)


class SharedDatabase(ImplementationPair):
    """Both implementations use one database. One writes, both read, and their responses must be identical."""

    def _send_and_compare(self, step: Step, number: int) -> httpx.Response:
        """Send the step to the writer. Then send the same step, or a GET that reads the result, to the other one.

        The same step is sent if it changes nothing: a safe method, an error, or a request with an idempotency key.
        """
        writer, reader = self.clients[step.writer], self.clients[1 - step.writer]
        response = writer.send(step, number)
        if step.method in _SAFE or response.is_error or "Idempotency-Key" in dict(step.headers):
            _require_identical(response, reader.send(step, number))
            return response
        reader.responses.append(response)
        if path := _path_to_read(response.headers.get("location", step.path)):
            read = Step(step.caller, "GET", path)
            _require_identical(*(client.send_unrecorded(read, number) for client in self.clients))
        return response


def _require_identical(first: httpx.Response, second: httpx.Response) -> None:
    compare_responses(first, second, Correspondence())
    if first.content != second.content:
        raise Difference(f"the bodies are not identical:\n  {first.text}\n  {second.text}")


def _path_to_read(path: str) -> str:
    """Return this path or its nearest parent that allows GET. The result is empty if there is none."""
    path = path.partition("?")[0]
    while path and not ((template := template_of(path)) and operation_at("GET", template)):
        path = path.rpartition("/")[0]
    return path
