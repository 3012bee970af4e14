"""Record the responses of each operation, and report the documented responses that no test observed."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.servers.server import Implementation
from tests.contract.document import OPERATIONS

type Observation = tuple[str, str, int]  # implementation, operation, status

IMPLEMENTATIONS: tuple[Implementation, ...] = ("django", "fastapi")
CONTRACT_TESTS = Path(__file__).parent

_observed: set[Observation] = set()


def observe(implementation: str, operation: str, status: int) -> None:
    """Record that an operation of an implementation returned a status."""
    _observed.add((implementation, operation, status))


def unobserved(observations: Iterable[Observation]) -> list[str]:
    """Return a line for every documented response that no test observed."""
    documented = {
        (implementation, operation.id, status)
        for implementation in IMPLEMENTATIONS
        for operation in OPERATIONS.values()
        for status in operation.statuses
    }
    return [
        f"{operation} {status} on {implementation}"
        for implementation, operation, status in sorted(documented - set(observations))
    ]


class ContractCoverage:
    """Pytest plugin that fails a run of the whole contract suite if a documented response was not observed.

    Under pytest-xdist the workers send their observations to the controller, which decides. A run of only some of
    the contract tests is not checked.
    """

    def __init__(self) -> None:
        self.selected_files: set[str] = set()
        self.is_whole_suite = True
        self.missing: list[str] = []

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.is_whole_suite = self.is_whole_suite and not any(CONTRACT_TESTS in item.path.parents for item in items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.selected_files |= {str(item.path) for item in session.items}
        self.is_whole_suite = self.is_whole_suite and not any("::" in argument for argument in session.config.args)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Add the observations of a worker; xdist calls this on the controller."""
        output = getattr(node, "workeroutput", {})
        _observed.update(
            (implementation, operation, status) for implementation, operation, status in output.get("observed", ())
        )
        self.selected_files |= set(output.get("selected_files", ()))
        self.is_whole_suite = self.is_whole_suite and bool(output.get("is_whole_suite", False))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output.update(
                observed=sorted(_observed),
                selected_files=sorted(self.selected_files),
                is_whole_suite=self.is_whole_suite,
            )
        elif self._is_checked(session):
            self.missing = unobserved(_observed)
            if self.missing:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _is_checked(self, session: pytest.Session) -> bool:
        files = {str(path) for path in CONTRACT_TESTS.rglob("test_*.py")}
        is_finished = session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        is_cut_short = session.shouldstop or session.shouldfail or session.config.option.collectonly
        # Without any observation the servers did not start; the errors of the tests say why.
        return (
            self.is_whole_suite
            and files <= self.selected_files
            and is_finished
            and bool(_observed)
            and not is_cut_short
        )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.missing:
            terminalreporter.section("documented responses that no test observed", red=True)
            for line in self.missing:
                terminalreporter.line(line)
