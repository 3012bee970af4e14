"""Whatever Schemathesis thinks up from openapi.yaml is answered as openapi.yaml says, and never with 5xx."""

import subprocess
import sys
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from schemathesis.config import SchemathesisWarning

from harness.paths import ROOT
from harness.wings import RunningWing
from tests.contract.document import OPERATIONS
from tests.contract.shop import signed
from tests.generative.examples import prepare
from tests.options import EXAMPLES
from tests.parity.world import ACCOUNTS

FOLDER = Path(__file__).parent
# Of a short run: staff, who may do everything, try all that the schema bounds; the others show what they may not.
SHORT = {"staff": "examples,coverage,fuzzing,stateful", "shopper": "examples,fuzzing,stateful", "anonymous": "examples"}
LONG = SHORT["staff"]
# Those who are not staff get nothing but 401 or 403 from some operations, as they should.
EXPECTED_WARNINGS = {"staff": set(), "shopper": {"missing_auth"}, "anonymous": {"missing_auth"}}


@pytest.mark.parametrize("role", SHORT)
def test_whatever_schemathesis_thinks_up_is_answered_as_documented(
    generative_wing: RunningWing, generative_sql: Connection, role: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    prepare(generative_sql, ACCOUNTS.get(role, ACCOUNTS["shopper"]))
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text((FOLDER / "schemathesis.toml").read_text() + _warnings(role))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"]
    arguments = ["shared_contract/openapi.yaml", "--url", generative_wing.url, "--no-color", *_token(role)]
    done = subprocess.run(
        [*command, *arguments, *_amount(role, pytestconfig)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout[-20_000:]}\n{done.stderr[-2_000:]}"
    assert f"Selected: {len(OPERATIONS)}/{len(OPERATIONS)}" in done.stdout


def _warnings(role: str) -> str:
    failing = sorted({warning.value for warning in SchemathesisWarning} - EXPECTED_WARNINGS[role])
    return f"\n[warnings]\nfail-on = {failing}\n"


def _token(role: str) -> list[str]:
    return ["--header", f"Authorization: Bearer {signed(ACCOUNTS[role])}"] if role in ACCOUNTS else []


def _amount(role: str, config: pytest.Config) -> list[str]:
    examples, seed = config.option.schemathesis_examples, config.option.differential_seed
    phases = SHORT[role] if examples <= EXAMPLES else LONG
    return ["--phases", phases, "--max-examples", str(examples), "--seed", str(seed)]
