#!/bin/sh
# Creates or updates .venv from requirements.lock, with hash checks. Does nothing if .venv is up to date.
# The packages of benchmarks/variants.lock get a directory of their own, .venv/variants. Only some servers of the benchmark
# have it on their path: where psycopg 3 can be imported, Django prefers it to psycopg2.
set -eu
# With CDPATH, `cd` would search for the directory in other places first.
unset CDPATH
cd -- "$(dirname -- "$0")/.."

lock=requirements.lock
installed_lock=.venv/installed.lock
variants_lock=benchmarks/variants.lock
installed_variants_lock=.venv/installed-variants.lock
variants=.venv/variants
supported='import sys; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 14))'

# Returns 0 if $1 is a supported Python that runs.
is_supported() {
    "$1" -c "$supported" >/dev/null 2>&1
}

# Returns 0 if uv runs. A version manager may have installed a shim that fails.
has_uv() {
    uv --version >/dev/null 2>&1
}

# Prints the path of a supported Python, preferably of the version in .python-version.
find_python() {
    for name in "python$(cat .python-version)" python3.13 python3.12 python3.14 python3 python; do
        if is_supported "$name"; then
            command -v "$name"
            return
        fi
    done
    if has_uv; then
        uv python find --no-project '>=3.12,<3.15' 2>/dev/null && return
    fi
    cat >&2 <<'END'
There is no Python 3.12, 3.13 or 3.14 on this machine (searched for python3.13, python3.12, python3.14, python3, and with uv).
Install one and try again:
    Debian, Ubuntu   apt install python3 python3-venv
    macOS            brew install python@3.13
    with uv          uv python install 3.13
END
    return 1
}

# Creates an empty .venv with the Python $1.
create_venv() {
    rm -rf .venv
    if has_uv; then
        uv venv --quiet --no-project --python "$1" .venv
    elif ! "$1" -m venv .venv; then
        rm -rf .venv
        echo "$1 cannot create a virtual environment. On Debian and Ubuntu: apt install python3-venv. Or install uv." >&2
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

# With --no-deps, because the lock file contains the dependencies too.
install_variants_lock() {
    rm -rf "$variants"
    if has_uv; then
        uv pip install --quiet --python .venv/bin/python --target "$variants" --no-deps --require-hashes -r "$variants_lock"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --target "$variants" --no-deps \
            --require-hashes -r "$variants_lock"
    fi
}

if is_supported .venv/bin/python && cmp -s "$lock" "$installed_lock" &&
    cmp -s "$variants_lock" "$installed_variants_lock"; then
    exit 0
fi
rm -f "$installed_lock" "$installed_variants_lock"

echo "Installing the packages of $lock and $variants_lock into .venv. This takes up to a minute." >&2
if ! is_supported .venv/bin/python || ! has_uv; then
    # pip does not remove the packages of an older lock file, so .venv is created again.
    python=$(find_python)
    create_venv "$python"
fi
if ! { install_lock && install_variants_lock; }; then
    echo "The packages could not be installed: see the messages above. To retry, run the same command again." >&2
    exit 1
fi
cp "$lock" "$installed_lock"
cp "$variants_lock" "$installed_variants_lock"
