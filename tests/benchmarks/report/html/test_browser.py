"""The report in a browser, where there is one: it shows what its address asks for, and asks nobody for anything."""

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
        found = Page(opened(f"{path.as_uri()}#scenario=login&measure=cost", tmp_path / "profile", log))
        rows = [each for tag, each in found.elements if tag == "tr" and "data-scenario" in each]
        assert {each["data-scenario"] for each in rows if "hidden" not in each} == {"login"}
        (root,) = (each for tag, each in found.elements if tag == "html")
        assert root["data-measures"] == "cost"
        assert [each["value"] for each in found.with_attribute("value") if "checked" in each] == []
        assert any("js-plotly-plot" in str(each["class"]) for each in found.with_attribute("class"))
        assert [
            url
            for url in requests_of_the_page(json.loads(log.read_text(encoding="utf-8")))
            if not url.startswith("file:")
        ] == []

    def opened(url: str, profile: Path, log: Path) -> str:
        """The page as the browser has it once its scripts have run; the log has what it asked for."""
        quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
        command += [f"--user-data-dir={profile}", f"--log-net-log={log}", "--virtual-time-budget=5000"]
        # Whatever the browser itself would like to ask, there is nobody to be found.
        command += ["--window-size=1200,3000", "--host-resolver-rules=MAP * ~NOTFOUND"]
        return subprocess.run(
            [*command, "--dump-dom", url], capture_output=True, text=True, check=True, timeout=600, encoding="utf-8"
        ).stdout

    def requests_of_the_page(log: dict[str, Any]) -> list[str]:
        """Addresses that a page asked for, not the browser by itself."""
        asked = [event["params"] for event in log["events"] if "url" in event.get("params", {})]
        return [each["url"] for each in asked if each.get("initiator", "not an origin") != "not an origin"]
