"""The repository's directory, the packages of the benchmark's variants, and the data directory."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The packages of benchmarks/variants.lock, which only some servers have on their path.
VARIANT_PACKAGES = ROOT / ".venv" / "variants"


class BadSetting(RuntimeError):
    """An environment variable has an invalid value. The message is one line and contains the variable's name."""


def default_data_dir() -> Path:
    """Return the directory of the embedded server, logs and process records: `DATA_DIR`, or `.data` in the repository.

    Raises BadSetting.
    """
    value = os.environ.get("DATA_DIR")
    try:
        return Path(value).expanduser().resolve() if value else ROOT / ".data"
    except (OSError, RuntimeError) as error:
        raise BadSetting(f"DATA_DIR={value!r} cannot be used ({error}): {_REMEDY}.") from error


def ensure_writable(data_dir: Path) -> Path:
    """Create the data directory if it does not exist, and return it. Raises BadSetting when it is not writable."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        reason = "it is a file"
    except OSError as error:
        reason = error.strerror or str(error)
    else:
        if os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
            return data_dir
        reason = "this user has no write permission"
    raise BadSetting(f"DATA_DIR={str(data_dir)!r} cannot be used ({reason}): {_REMEDY}.")


_REMEDY = "set it to a directory that this user can write to, or unset it"
