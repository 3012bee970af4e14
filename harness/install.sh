#!/bin/sh
# Makes .venv from requirements.lock, every hash checked; does nothing when that was done with this lock already.
set -eu
# With CDPATH, `cd` would look for the directory elsewhere first.
unset CDPATH
cd -- "$(dirname -- "$0")/.."

lock=requirements.lock
done_with=.venv/installed.lock
supported='import sys; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 14))'

# True when $1 runs and is a supported Python.
suits() {
    "$1" -c "$supported" >/dev/null 2>&1
}

# True when uv runs: a version manager may have put a stand-in there that does not.
has_uv() {
    uv --version >/dev/null 2>&1
}

# Prints a supported Python, the one of .python-version if possible.
find_python() {
    for name in "python$(cat .python-version)" python3.13 python3.12 python3.14 python3 python; do
        if suits "$name"; then
            command -v "$name"
            return
        fi
    done
    if has_uv; then
        uv python find --no-project '>=3.12,<3.15' 2>/dev/null && return
    fi
    cat >&2 <<'END'
There is no Python 3.12, 3.13 or 3.14 on this machine (looked for python3.13, python3.12, python3.14, python3, and what uv finds).
Install one and try again:
    Debian, Ubuntu   apt install python3 python3-venv
    macOS            brew install python@3.13
    with uv          uv python install 3.13
END
    return 1
}

# Makes an empty .venv with the Python $1.
make_venv() {
    rm -rf .venv
    if has_uv; then
        uv venv --quiet --no-project --python "$1" .venv
    elif ! "$1" -m venv .venv; then
        rm -rf .venv
        echo "$1 cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv. Or install uv." >&2
        return 1
    fi
}

install_lock() {
    if has_uv; then
        uv pip sync --quiet --python .venv/bin/python --require-hashes "$lock"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    fi
}

if suits .venv/bin/python && cmp -s "$lock" "$done_with"; then
    exit 0
fi
rm -f "$done_with"

echo "Installing the packages of $lock into .venv: once, a minute or less" >&2
if ! suits .venv/bin/python || ! has_uv; then
    # pip removes nothing: what an older lock had would stay.
    python=$(find_python)
    make_venv "$python"
fi
if ! install_lock; then
    echo "The packages could not be installed: see above. With the network back, the same command goes on from here." >&2
    exit 1
fi
cp "$lock" "$done_with"
