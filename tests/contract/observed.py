"""Record the responses of each operation, and report the documented responses that no test observed."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.servers.server import Implementation
from tests.contract.document import OPERATIONS

type Observation = tuple[str, str, int]  # implementation, operation, status

IMPLEMENTATIONS: tuple[Implementation, ...] = ("django", "fastapi")
FOLDER = Path(__file__).parent

_seen: set[Observation] = set()


def observe(implementation: str, operation: str, status: int) -> None:
    """Record that an operation of an implementation returned a status."""
    _seen.add((implementation, operation, status))


def unseen(seen: Iterable[Observation]) -> list[str]:
    """Return a line for every documented response that no test observed."""
    documented = {
        (implementation, one.id, status)
        for implementation in IMPLEMENTATIONS
        for one in OPERATIONS.values()
        for status in one.statuses
    }
    return [
        f"{operation} {status} on {implementation}"
        for implementation, operation, status in sorted(documented - set(seen))
    ]


class ContractCoverage:
    """Pytest plugin that fails a run of the whole contract suite if it did not observe every documented response.

    Under pytest-xdist the workers send their observations to the controller, which decides. A run of only some of
    the tests is not checked.
    """

    def __init__(self) -> None:
        self.selected: set[str] = set()
        self.whole = True
        self.missing: list[str] = []

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.whole = self.whole and not any(FOLDER in item.path.parents for item in items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.selected |= {str(item.path) for item in session.items}
        self.whole = self.whole and not any("::" in argument for argument in session.config.args)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Merge the records of a worker; xdist calls this on the controller."""
        output = getattr(node, "workeroutput", {})
        _seen.update(
            (implementation, operation, status) for implementation, operation, status in output.get("observed", ())
        )
        self.selected |= set(output.get("selected", ()))
        self.whole = self.whole and bool(output.get("whole", False))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output.update(observed=sorted(_seen), selected=sorted(self.selected), whole=self.whole)
        elif self._is_checked(session):
            self.missing = unseen(_seen)
            if self.missing:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _is_checked(self, session: pytest.Session) -> bool:
        files = {str(path) for path in FOLDER.rglob("test_*.py")}
        ran = session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        cut_short = session.shouldstop or session.shouldfail or session.config.option.collectonly
        # Without any observation the servers did not start, and the errors of the tests give the reason.
        return self.whole and files <= self.selected and ran and bool(_seen) and not cut_short

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.missing:
            terminalreporter.section("documented responses that no test observed", red=True)
            for line in self.missing:
                terminalreporter.line(line)
