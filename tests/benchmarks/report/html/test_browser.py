"""The report in a browser, if one is installed: it applies the filters of its URL and sends no requests."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.report.html import page
from benchmarks.report.html.page import write_html
from tests.benchmarks import sample_results
from tests.benchmarks.report.html.pages import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

if CHROMIUM:

    def test_a_browser_applies_filters_of_the_url_and_sends_no_request(tmp_path: Path) -> None:
        path, log = tmp_path / page.FILE, tmp_path / "net.json"
        write_html(sample_results.small(), path)
        parsed = Page(rendered(f"{path.as_uri()}#scenario=login&measure=cost", tmp_path / "profile", log))
        rows = [each for tag, each in parsed.elements if tag == "tr" and "data-scenario" in each]
        assert {each["data-scenario"] for each in rows if "hidden" not in each} == {"login"}
        (root,) = (each for tag, each in parsed.elements if tag == "html")
        assert root["data-measures"] == "cost"
        assert [each["value"] for each in parsed.with_attribute("value") if "checked" in each] == []
        assert [
            url
            for url in requests_of_the_page(json.loads(log.read_text(encoding="utf-8")))
            if not url.startswith("file:")
        ] == []

    def rendered(url: str, profile: Path, log: Path) -> str:
        """Return the HTML of the page after its scripts have run, and write the browser's network log."""
        quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
        command += [f"--user-data-dir={profile}", f"--log-net-log={log}", "--virtual-time-budget=5000"]
        # Host names do not resolve, so that requests of the browser itself fail.
        command += ["--window-size=1200,3000", "--host-resolver-rules=MAP * ~NOTFOUND"]
        return subprocess.run(
            [*command, "--dump-dom", url], capture_output=True, text=True, check=True, timeout=600, encoding="utf-8"
        ).stdout

    def requests_of_the_page(log: dict[str, Any]) -> list[str]:
        """Return the URLs that the page requested, without those of the browser itself."""
        requests = [event["params"] for event in log["events"] if "url" in event.get("params", {})]
        return [each["url"] for each in requests if each.get("initiator", "not an origin") != "not an origin"]
