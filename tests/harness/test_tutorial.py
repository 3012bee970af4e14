"""`make tutorial` serves both shops of the frameworks' tutorials, and the requests that it prints work."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from harness.paths import ROOT
from harness.processes.records import live_records

TIMEOUT_SECONDS = 180


def test_tutorial_serves_both_shops_and_prints_requests_that_work(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "NO_PROXY": "127.0.0.1"}
    command = [sys.executable, "-m", "harness", "tutorial"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            printed = _until_ready(process)
            requests = re.findall(r"^  (curl .*)$", printed, re.MULTILINE)
            django_page, fastapi_page, django_error, fastapi_error, django_tokens, fastapi_tokens = map(_json, requests)
        finally:
            process.send_signal(signal.SIGINT)
            status = process.wait(TIMEOUT_SECONDS)
    assert re.search(r"^tutorial-django +http://127\.0\.0\.1:\d+/api/$", printed, re.MULTILINE)
    assert "customer            shopper@example.com / shopper-demo-password" in printed
    assert [product["slug"] for product in django_page["results"]] == [product["slug"] for product in fastapi_page]
    assert len(fastapi_page) == 2
    # Django REST framework ignores an invalid limit, and FastAPI rejects it.
    assert (len(django_error["results"]), "detail" in fastapi_error) == (20, True)
    assert ({*django_tokens}, {*fastapi_tokens}) == ({"access", "refresh"}, {"access_token", "token_type"})
    assert status == 0
    assert live_records(tmp_path) == []


def _until_ready(process: "subprocess.Popen[str]") -> str:
    printed = ""
    for line in process.stdout or ():
        printed += line
        if line.startswith("Ctrl-C"):
            break
    return printed


def _json(request: str) -> Any:
    """Run a curl command and return the JSON of its response."""
    ran = subprocess.run(
        request, shell=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, encoding="utf-8", check=True
    )
    return json.loads(ran.stdout)
