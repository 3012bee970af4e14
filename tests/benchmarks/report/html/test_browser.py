"""The report in a browser, if one is installed: filters, calculator, baseline, sorting, layout, and no requests."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.analysis.summary import summaries
from benchmarks.report.sizing import needs, sides
from benchmarks.results import Results
from tests.benchmarks import sample_results
from tests.benchmarks.report.html.pages import Page, written

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

if CHROMIUM:

    @pytest.fixture(scope="module")
    def results() -> Results:
        scenarios = ("product_detail", "login", "order_place")
        levels = sample_results.levels(scenarios=scenarios)
        return Results([*levels.parts, sample_results.variants()], sessions=levels.sessions)

    @pytest.fixture(scope="module")
    def text(results: Results) -> str:
        return written(results)

    def test_a_browser_applies_filters_of_the_url_and_sends_no_request(text: str, tmp_path: Path) -> None:
        log = tmp_path / "net.json"
        page = Page(rendered(text, tmp_path, "scenario=login", f"--log-net-log={log}"))
        rows = [each for tag, each in page.elements if tag == "tr" and "data-scenario" in each]
        assert {each["data-scenario"] for each in rows if "hidden" not in each} == {"login"}
        urls = requests_of_the_page(json.loads(log.read_text(encoding="utf-8")))
        assert [url for url in urls if not url.startswith("file:")] == []

    @pytest.mark.parametrize(("mix", "per_second", "utilisation"), [("login", 2500, 50), ("reads", 7, 100)])
    def test_the_calculator_agrees_with_the_formula(
        results: Results, text: str, tmp_path: Path, mix: str, per_second: int, utilisation: int
    ) -> None:
        dom = rendered(text, tmp_path, f"rps={per_second}&mix={mix}&utilisation={utilisation}")
        scenarios = ["product_detail"] if mix == "reads" else [mix]
        expected = [
            [
                *(need.level, need.side, f"{need.cpus:.2f}", str(need.workers), f"{need.memory:.0f}"),
                *(f"{need.cpu_seconds:.0f}", ", ".join(need.requests)),
            ]
            for need in needs(sides(results, summaries(results)), scenarios, per_second, utilisation)
        ]
        assert rows_of(dom, "needs")[1:] == expected

    def test_the_ratios_of_the_main_table_can_be_inverted(text: str, tmp_path: Path) -> None:
        before = rows_of(rendered(text, tmp_path), "main-table")[2]
        choose = choosing('[data-baseline="main-table"]', 1)
        after = rows_of(rendered(text, tmp_path, script=choose), "main-table")[2]
        one, other = (float(line[2].split()[0]) for line in (before, after))
        assert other == pytest.approx(1 / one, rel=0.02)
        assert after[3] == before[3] == "FastAPI cheaper"

    def test_another_variant_can_be_the_baseline(text: str, tmp_path: Path) -> None:
        before = rows_of(rendered(text, tmp_path), "table-variants")
        dom = rendered(text, tmp_path, script=choosing('[data-baseline="table-variants"]', 3))
        ratios = {line[1]: line[3:5] for line in rows_of(dom, "table-variants") if line[0] == "product_detail"}
        measured = {line[1]: line[3:5] for line in before if line[0] == "product_detail"}
        assert ratios["fastapi x1"] == ["-", ""]
        inverse = 1 / float(measured["fastapi x1"][0].split()[0])
        assert float(ratios["django x1"][0].split()[0]) == pytest.approx(inverse, rel=0.02)
        assert ratios["django x1"][1] == measured["fastapi x1"][1]
        # There is no interval for a ratio of two variants that were not compared.
        assert re.fullmatch(r"[\d.]+", ratios["django-sync x1"][0])
        assert ratios["django-sync x1"][1] == "not tested"

    def test_a_variant_without_threads_is_the_baseline_at_every_number_of_threads(tmp_path: Path) -> None:
        scenario = "product_list"
        part = sample_results.new_part(
            "pool", 3, turns=1, threads=(2, 4), threadless=("fastapi",), scenarios=(scenario,)
        )
        results = Results([part], sessions=[sample_results.session()])
        text = written(results)
        before = {line[1]: line[3:5] for line in rows_of(rendered(text, tmp_path), "table-pool") if line[0] == scenario}
        dom = rendered(text, tmp_path, script=choosing('[data-baseline="table-pool"]', 1))
        ratios = {line[1]: line[3:5] for line in rows_of(dom, "table-pool") if line[0] == scenario}
        assert ratios["fastapi"] == ["-", ""]
        # The measured ratio of fastapi is to this row, so its inverse is known. That to the other row was not measured.
        inverse = 1 / float(before["fastapi"][0].split()[0])
        assert float(ratios["django, pool of 2"][0].split()[0]) == pytest.approx(inverse, rel=0.02)
        assert ratios["django, pool of 2"][1] == before["fastapi"][1]
        assert ratios["django, pool of 4"][1] == "not tested"

    def test_a_click_on_a_heading_sorts_and_the_third_restores_the_order(text: str, tmp_path: Path) -> None:
        orders = []
        for clicks in range(4):
            script = "document.querySelectorAll('#main-table button.sort')[4].click();" * clicks
            orders.append([line[4] for line in rows_of(rendered(text, tmp_path, script=script), "main-table")[2:]])
        ascending = sorted(orders[0], key=lambda rate: float(rate.replace(",", "")))
        assert orders[1] == ascending
        assert orders[2] == ascending[::-1]
        assert orders[3] == orders[0] != ascending

    def test_the_theme_of_the_url_is_applied(text: str, tmp_path: Path) -> None:
        script = "document.title = getComputedStyle(document.body).backgroundColor"
        assert "<title>rgb(15, 20, 25)</title>" in rendered(text, tmp_path, "theme=dark", script=script)
        assert "<title>rgb(255, 255, 255)</title>" in rendered(text, tmp_path, "theme=light", script=script)

    @pytest.mark.parametrize(("window", "width"), [(1400, 1400), (500, 400)])
    def test_verdicts_are_visible_without_scrolling(text: str, tmp_path: Path, window: int, width: int) -> None:
        script = f"""
        document.body.style.width = "{width}px";
        document.body.style.margin = "0";
        const cells = [...document.querySelectorAll("td.verdict")].filter((cell) => cell.offsetParent);
        const outside = cells.filter((cell) => cell.getBoundingClientRect().right > {width});
        document.title = `${{cells.length}} verdicts, ${{outside.length}} outside`;
        """
        dom = rendered(text, tmp_path, "", f"--window-size={window},2000", script=script)
        assert re.search(r"<title>[1-9]\d+ verdicts, 0 outside</title>", dom)

    def choosing(selector: str, position: int) -> str:
        """Return a script that chooses an option."""
        return (
            f"const select = document.querySelector('{selector}'); select.selectedIndex = {position}; "
            "select.dispatchEvent(new Event('change'));"
        )

    def rendered(text: str, directory: Path, fragment: str = "", *options: str, script: str = "") -> str:
        """Return the HTML of the page after its scripts and `script` have run."""
        path = directory / "report.html"
        if script:
            # The policy of the page allows its own scripts only.
            text = re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", f"<script>{script}</script></body>")
        path.write_text(text, encoding="utf-8")
        quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
        # Host names do not resolve, so that requests of the browser itself fail.
        command += [f"--user-data-dir={directory / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND"]
        command += ["--virtual-time-budget=5000", *options]
        url = f"{path.as_uri()}#{fragment}"
        return subprocess.run(
            [*command, "--dump-dom", url], capture_output=True, text=True, check=True, timeout=600, encoding="utf-8"
        ).stdout

    def rows_of(dom: str, table: str) -> list[list[str]]:
        """Return the texts of the cells of a table, by row."""
        (content,) = re.findall(rf'<table id="{table}".*?</table>', dom, re.DOTALL)
        return [
            [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr.*?</tr>", content, re.DOTALL)
        ]

    def requests_of_the_page(log: dict[str, Any]) -> list[str]:
        """Return the URLs that the page requested, without those of the browser itself."""
        requests = [event["params"] for event in log["events"] if "url" in event.get("params", {})]
        return [each["url"] for each in requests if each.get("initiator", "not an origin") != "not an origin"]
