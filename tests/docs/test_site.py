"""The built site is complete, has no warnings, and loads nothing from other hosts."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from harness.paths import ROOT

# Elements whose URL the browser loads without a click.
LOADING = {"audio", "embed", "iframe", "img", "input", "link", "object", "script", "source", "track", "use", "video"}
ADDRESSES = {"src", "srcset", "href", "data", "poster", "xlink:href"}
# Classes for which the theme's script loads a library from another host.
FETCHING_CLASSES = {"mermaid", "pyodide", "glightbox"}
REMOTE = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
REMOTE_IN_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^"')\s]+""", re.IGNORECASE)


class Loads(HTMLParser):
    """Collects the parts of a page that a browser would load from another host, in `remote`."""

    def __init__(self) -> None:
        super().__init__()
        self.remote: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check the attributes of an element."""
        for name, value in attrs:
            if tag in LOADING and name in ADDRESSES and REMOTE.match(value or ""):
                self.remote.append(f"<{tag} {name}={value}>")
            if name == "class" and FETCHING_CLASSES & set((value or "").split()):
                self.remote.append(f"<{tag} class={value}>")
            if name == "data-md-component" and value == "source":
                self.remote.append("the repository's URL, from which the theme loads the number of stars")
            if name == "style" and REMOTE_IN_STYLE.search(value or ""):
                self.remote.append(f"<{tag} style={value}>")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. It is built outside the repository, so that `site/` there does not change."""
    root = tmp_path_factory.mktemp("documentation")
    shutil.copy(ROOT / "zensical.toml", root)
    shutil.copytree(ROOT / "docs", root / "docs")
    for name in ("README.md", "shared_contract", "django_impl", "fastapi_impl", "harness", "benchmarks", "tests"):
        (root / name).symlink_to(ROOT / name)
    built = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=600,
        encoding="utf-8",
    )
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Warning" not in built.stdout + built.stderr
    return root / "site"


def test_every_page_is_built(site: Path) -> None:
    sources = [page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")]
    built = [site / (page.parent if page.stem == "index" else page.with_suffix("")) / "index.html" for page in sources]
    assert [page for page in built if not page.is_file()] == []


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    assert {page.name: remote for page in site.rglob("*.html") if (remote := _loads(page))} == {}


def test_no_style_loads_anything_from_another_host(site: Path) -> None:
    styles = [page.read_text(encoding="utf-8") for kind in ("*.css", "*.html") for page in site.rglob(kind)]
    assert [found for style in styles for found in REMOTE_IN_STYLE.findall(style)] == []


def test_relative_links_lead_to_a_page_or_file(site: Path) -> None:
    assert {
        str(page.relative_to(site)): broken for page in site.rglob("*.html") if (broken := _broken_links(page))
    } == {}


def test_every_inclusion_is_resolved(site: Path) -> None:
    assert [page for page in site.rglob("*.html") if "--8<--" in page.read_text(encoding="utf-8")] == []


def _broken_links(page: Path) -> list[str]:
    links = re.findall(r'<a[^>]*\shref="([^"#?]+)', page.read_text(encoding="utf-8"))
    relative = [link for link in links if not re.match(r"[a-z]+:|/", link)]
    return [link for link in relative if not _target(page, link).is_file()]


def _target(page: Path, link: str) -> Path:
    path = page.parent / unquote(link)
    return path / "index.html" if path.is_dir() else path


def _loads(page: Path) -> list[str]:
    parser = Loads()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.remote
