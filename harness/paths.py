"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def default_data_dir() -> Path:
    """Directory of the embedded server, logs and process records: `DATA_DIR`, else `.data` in the repository."""
    return Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()
