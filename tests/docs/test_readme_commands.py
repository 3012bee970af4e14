"""The curl commands of the README get the documented responses from both implementations."""

import os
import re
import shutil
import subprocess

import pytest

from harness.databases.clones import database
from harness.paths import ROOT
from harness.postgres.server import Server
from harness.servers.server import serve

TIMEOUT_SECONDS = 120


def test_curl_commands_of_the_readme_work_with_both_implementations(server: Server) -> None:
    if not shutil.which("curl"):
        pytest.fail("The README's examples need curl: install it.")
    (commands,) = re.findall(
        r"```sh\n(for port in .*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )

    with (
        database(server, size=1_000, name_hint="readme") as url,
        serve("django", url) as django,
        serve("fastapi", url) as fastapi,
    ):
        ports = {"DJANGO_PORT": str(django.port), "FASTAPI_PORT": str(fastapi.port)}
        result = subprocess.run(
            ["sh", "-eu"],
            input=commands,
            env={**os.environ, **ports, "NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            encoding="utf-8",
        )

    assert result.returncode == 0, result.stderr
    assert re.findall(r"^HTTP/1.1 (\d+)", result.stdout, re.MULTILINE) == ["200", "422", "201"] * 2
    assert result.stdout.endswith("}\n\n")
    orders = re.findall(r'^\{"id":.*"quantity":2,.*$', result.stdout, re.MULTILINE)
    assert len(orders) == 2
