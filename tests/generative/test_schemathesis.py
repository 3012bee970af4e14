"""Requests that Schemathesis derives from openapi.yaml get documented responses, and never a 5xx."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from schemathesis.config import SchemathesisWarning

from harness.paths import ROOT
from harness.servers.server import RunningServer
from tests.contract.document import OPERATIONS, Operation
from tests.contract.shop import new_token
from tests.generative.example_rows import prepare
from tests.options import EXAMPLES
from tests.parity.seed_data import ACCOUNTS

FOLDER = Path(__file__).parent
# The phases of a short run, for each role. Staff have all permissions, so only staff run all phases.
PHASES = {
    "staff": "examples,coverage,fuzzing,stateful",
    "shopper": "examples,fuzzing,stateful",
    "anonymous": "examples",
}
ALL_PHASES = PHASES["staff"]
# These warnings depend on the random data. They are printed, and the test checks the report for their causes instead.
RANDOM_WARNINGS = {"missing_auth", "missing_test_data", "validation_mismatch", "low_valid_rate", "rate_limited"}


@pytest.mark.takes_minutes
@pytest.mark.parametrize("role", PHASES)
def test_generated_requests_get_documented_responses(
    generative_implementation: RunningServer,
    generative_sql: Connection,
    role: str,
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    prepare(generative_sql, ACCOUNTS.get(role, ACCOUNTS["shopper"]))
    configuration, report = tmp_path / "schemathesis.toml", tmp_path / "report.json"
    configuration.write_text((FOLDER / "schemathesis.toml").read_text(encoding="utf-8") + _warnings(), encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"]
    arguments = ["shared_contract/openapi.yaml", "--url", generative_implementation.url, "--no-color", *_token(role)]
    options = ["--report-json-path", str(report), *_amount(role, pytestconfig)]
    done = subprocess.run([*command, *arguments, *options], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, f"{done.stdout[-20_000:]}\n{done.stderr[-2_000:]}"
    results = json.loads(report.read_text(encoding="utf-8"))
    print("warnings:", {kind: labels for kind, labels in results["warnings"].items() if labels})
    assert results["operations"]["selected"] == len(OPERATIONS)
    served = _served(results)
    assert served <= {one.id for one in OPERATIONS.values() if _has_permission(role, one)}
    assert served >= _certainly_served(role)


def _warnings() -> str:
    failing = sorted({warning.value for warning in SchemathesisWarning} - RANDOM_WARNINGS)
    return f"\n[warnings]\nfail-on = {failing}\n"


def _served(report: Any) -> set[str]:
    """Return the operations that returned a 2xx response to a valid request."""
    rates = report["valid_rates"]
    labels = {label for label, phases in rates.items() if any(phase["accepted"] for phase in phases.values())}
    return {one.id for one in OPERATIONS.values() if f"{one.method} {one.path}" in labels}


def _certainly_served(role: str) -> set[str]:
    """Return the operations that must return a 2xx response to this role in every run.

    For staff these are all. For the others these are the ones that take no input, or whose example, which is always
    sent, is valid.
    """
    return {"staff": set(OPERATIONS), "shopper": {"get_me", "place_order"}, "anonymous": {"register", "login"}}[role]


def _has_permission(role: str, operation: Operation) -> bool:
    """Return whether a role has the permission for an operation."""
    return role == "staff" or not (operation.is_for_staff if role == "shopper" else operation.needs_token)


def _token(role: str) -> list[str]:
    return ["--header", f"Authorization: Bearer {new_token(ACCOUNTS[role])}"] if role in ACCOUNTS else []


def _amount(role: str, config: pytest.Config) -> list[str]:
    examples, seed = config.option.schemathesis_examples, config.option.differential_seed
    phases = PHASES[role] if examples <= EXAMPLES else ALL_PHASES
    return ["--phases", phases, "--max-examples", str(examples), "--seed", str(seed)]
