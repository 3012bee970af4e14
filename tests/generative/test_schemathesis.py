"""Whatever Schemathesis thinks up from openapi.yaml is answered as openapi.yaml says, and never with 5xx."""

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
from tests.generative.examples import prepare
from tests.options import EXAMPLES
from tests.parity.seed_data import ACCOUNTS

FOLDER = Path(__file__).parent
# Of a short run: staff, who may do everything, try all that the schema bounds; the others show what they may not.
SHORT = {"staff": "examples,coverage,fuzzing,stateful", "shopper": "examples,fuzzing,stateful", "anonymous": "examples"}
LONG = SHORT["staff"]
# These depend on which data was drawn: they are printed, and what they are about is seen from the report instead.
OF_RANDOM_DATA = {"missing_auth", "missing_test_data", "validation_mismatch", "low_valid_rate", "rate_limited"}


@pytest.mark.parametrize("role", SHORT)
def test_whatever_schemathesis_thinks_up_is_answered_as_documented(
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
    found = json.loads(report.read_text(encoding="utf-8"))
    print("warnings:", {kind: labels for kind, labels in found["warnings"].items() if labels})
    assert found["operations"]["selected"] == len(OPERATIONS)
    served = _served(found)
    assert served <= {one.id for one in OPERATIONS.values() if _may(role, one)}
    assert served >= _surely_served(role)


def _warnings() -> str:
    failing = sorted({warning.value for warning in SchemathesisWarning} - OF_RANDOM_DATA)
    return f"\n[warnings]\nfail-on = {failing}\n"


def _served(report: Any) -> set[str]:
    """The operations that answered a valid request with success."""
    rates = report["valid_rates"]
    labels = {label for label, phases in rates.items() if any(phase["accepted"] for phase in phases.values())}
    return {one.id for one in OPERATIONS.values() if f"{one.method} {one.path}" in labels}


def _surely_served(role: str) -> set[str]:
    """Those whose example, which is always sent, is served, or which take no input; of staff, who may do all, each."""
    return {"staff": set(OPERATIONS), "shopper": {"get_me", "place_order"}, "anonymous": {"register", "login"}}[role]


def _may(role: str, operation: Operation) -> bool:
    """Whether an operation serves somebody in this role."""
    return role == "staff" or not (operation.is_for_staff if role == "shopper" else operation.needs_token)


def _token(role: str) -> list[str]:
    return ["--header", f"Authorization: Bearer {new_token(ACCOUNTS[role])}"] if role in ACCOUNTS else []


def _amount(role: str, config: pytest.Config) -> list[str]:
    examples, seed = config.option.schemathesis_examples, config.option.differential_seed
    phases = SHORT[role] if examples <= EXAMPLES else LONG
    return ["--phases", phases, "--max-examples", str(examples), "--seed", str(seed)]
