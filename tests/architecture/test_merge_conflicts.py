"""No file contains the markers of an unresolved merge conflict."""

import re
import subprocess

from harness.paths import ROOT

MARKER = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)


def test_files_contain_no_merge_conflict_markers() -> None:
    # Without git, as in an exported archive, this is every file below the directories of the repository.
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout
    names = [name for name in listed.decode().split("\0") if name]
    paths = [ROOT / name for name in names] or [path for path in ROOT.glob("[!.]*/**/*") if path.is_file()]
    assert paths
    assert [path for path in paths if path.is_file() and MARKER.search(path.read_bytes())] == []
