"""gunicorn's main process logs in the format of the application."""

import json
import os
import subprocess
import sys

from tests.django_impl.environment import PRODUCTION

CODE = """
import logging
from gunicorn.config import Config
from gunicorn.glogging import Logger
from django_impl.config import gunicorn

logger = Logger(Config())
gunicorn.on_starting(None)
logger.error("A worker was killed.")
"""


def test_main_process_logs_in_json() -> None:
    result = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, **PRODUCTION},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    line = json.loads(result.stderr)

    assert line.pop("timestamp")
    assert line == {"level": "error", "logger": "gunicorn.error", "event": "A worker was killed."}
