"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(RuntimeError):
    """A variable of the environment has a value that cannot be used; the message is one line that names it."""


def default_data_dir() -> Path:
    """Directory of the embedded server, logs and process records: `DATA_DIR`, else `.data` in the repository."""
    named = os.environ.get("DATA_DIR")
    try:
        return Path(named).expanduser().resolve() if named else ROOT / ".data"
    except (OSError, RuntimeError) as error:
        raise BadSetting(f"DATA_DIR={named!r} cannot be used ({error}): {_REMEDY}.") from error


def usable(data_dir: Path) -> Path:
    """The data directory, made when it is missing. Raises BadSetting when it cannot be made or written to."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        reason = "it is a file"
    except OSError as error:
        reason = error.strerror or str(error)
    else:
        if os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
            return data_dir
        reason = "this user may not write to it"
    raise BadSetting(f"DATA_DIR={str(data_dir)!r} cannot be used ({reason}): {_REMEDY}.")


_REMEDY = "name a directory that this user may write to, or unset it"
