"""uvicorn's main process, which does not import the application, logs in the format of the application."""

import json
import os
import subprocess
import sys

CODE = """
import logging
from uvicorn import Config

Config("no.application:app", log_config="fastapi_impl/config/uvicorn.yaml", log_level="info", access_log=False)
logging.getLogger("uvicorn.error").info("Started.")
"""


def test_main_process_logs_in_json() -> None:
    variables = {
        "ENVIRONMENT": "production",
        "DATABASE_URL": "postgresql://x@127.0.0.1:1/x",
        "SECRET_KEY": "x" * 32,
        "ALLOWED_HOSTS": "localhost",
    }
    result = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    line = json.loads(result.stderr)

    assert line.pop("timestamp")
    assert line == {"level": "info", "logger": "uvicorn.error", "event": "Started."}
