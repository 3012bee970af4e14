"""The HTML page: one file without external references, with the figures and colours of the verdicts."""

import re
from dataclasses import replace
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import summaries
from benchmarks.report import columns, notes, palette
from benchmarks.report.caveats import MEANINGS, Caveat
from benchmarks.report.html import page
from benchmarks.report.html.page import html, policy, write_html
from benchmarks.report.html.rows import Line
from benchmarks.report.html.tables import table
from benchmarks.report.precision import precision
from benchmarks.results import Results
from benchmarks.runs.suite import full as all_parts
from benchmarks.settings import VARIANTS, Settings
from tests.benchmarks import sample_results
from tests.benchmarks.report.html.pages import Page

URL_ATTRIBUTES = {"src", "href", "srcset", "action", "formaction", "poster", "data", "background", "ping", "xlink:href"}


@pytest.fixture(scope="module")
def full() -> str:
    results = sample_results.full()
    return html(results, summaries(results))


def written(results: Results) -> str:
    return html(results, summaries(results))


def lines(results: Results) -> list[Line]:
    (summary,) = summaries(results)
    return table(results.parts[0], summary).lines


def test_the_page_has_no_external_references(full: str) -> None:
    report = Page(full)
    addresses = [
        value
        for _, attributes in report.elements
        for name, value in attributes.items()
        if name in URL_ATTRIBUTES and value
    ]
    assert [address for address in addresses if not address.startswith("#")] == []
    assert not re.search(r"url\s*\(|@import", "".join(report.texts["style"]))
    assert not {"link", "iframe", "img", "object", "embed", "base"} & {tag for tag, _ in report.elements}


def test_elements_of_charts_share_their_styles(full: str) -> None:
    charts = re.findall(r"<svg\b.*?</svg>", full, flags=re.DOTALL)
    assert charts
    assert [chart for chart in charts if "style=" in chart] == []
    (sheet,) = Page(full).texts["style"]
    names = set(re.findall(r'class="(chart-\d+)"', "".join(charts)))
    assert names == set(re.findall(r"^\.(chart-\d+) ", sheet, flags=re.MULTILINE))


def test_the_content_security_policy_allows_only_the_page_s_own_scripts(full: str) -> None:
    report = Page(full)
    (allowed,) = (each["content"] for each in report.with_attribute("http-equiv"))
    code = [text for text in report.texts["script"] if not text.startswith("{")]
    assert allowed == policy(code)
    assert "default-src 'none'" in allowed
    assert "http" not in allowed
    assert "unsafe" not in allowed.partition("style-src")[0]


def test_a_full_run_has_every_part_and_stays_small(full: str) -> None:
    parts = [each["data-part"] for each in Page(full).with_attribute("data-part")]
    assert parts == ["main", "tutorial", "deployed", "variants", "load", "layers", "growth", "memory"]
    assert len(full.encode()) < 1_000_000
    for text in ("Reproduce this", "make bench-full", "Other programs used 12%", "61.2", "0123456789ab"):
        assert text in full


def test_elements_are_closed_in_order(full: str) -> None:
    assert Page(full).nesting_errors == []


def test_ids_are_unique_and_references_to_them_exist(full: str) -> None:
    report = Page(full)
    ids = [str(each["id"]) for each in report.with_attribute("id")]
    assert len(ids) == len(set(ids))
    referenced = set(re.findall(r"url\(#([^)]+)\)", full))
    for name in ("aria-labelledby", "aria-describedby", "for"):
        referenced |= {each for element in report.with_attribute(name) for each in str(element[name]).split()}
    for each in report.with_attribute("href"):
        referenced.add(str(each["href"]).removeprefix("#"))
    assert referenced <= set(ids)


def test_charts_are_svg_with_a_text_alternative(full: str) -> None:
    charts = [attributes for tag, attributes in Page(full).elements if tag == "svg"]
    assert len(charts) > 40
    for each in charts:
        assert each["role"] == "img"
        title, description = (str(each[name]) for name in ("aria-labelledby", "aria-describedby"))
        assert re.search(rf'<title id="{re.escape(title)}">[^<]+</title>', full)
        assert re.search(rf'<desc id="{re.escape(description)}">[^<]+\d[^<]*</desc>', full)


def test_charts_have_the_colours_of_the_page_s_theme(full: str) -> None:
    charts = "".join(re.findall(r"<svg.*?</svg>", full, re.DOTALL))
    assert not re.findall(r"#[0-9a-f]{6}", charts)
    assert set(re.findall(r"var\(--([\w-]+)\)", charts)) <= set(palette.LIGHT) == set(palette.DARK)


def test_equal_light_colours_are_equal_in_the_dark() -> None:
    assert len(set(palette.LIGHT.values())) == len(
        {(palette.LIGHT[name], palette.DARK[name]) for name in palette.LIGHT}
    )


@pytest.mark.parametrize("colours", [pytest.param(palette.LIGHT, id="light"), pytest.param(palette.DARK, id="dark")])
def test_colours_have_enough_contrast_to_the_background(full: str, colours: dict[str, str]) -> None:
    assert f"--ground: light-dark({palette.LIGHT['ground']}, {palette.DARK['ground']})" in full
    for name in palette.LINE_COLOURS:
        assert contrast(colours[name], colours["ground"]) >= 3, name
    for ground, name in product(("ground", "raised", "notice"), palette.TEXT_COLOURS):
        assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def test_each_implementation_that_can_be_measured_has_its_own_colour() -> None:
    assert [variant for variant in VARIANTS if palette.colour_name(variant) != variant] == []


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as defined by WCAG 2."""
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour "#rrggbb" as defined by WCAG 2."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("name", ["main", "tutorial", "deployed", "variants", "load", "layers", "growth", "memory"])
def test_any_part_may_be_alone(name: str) -> None:
    results = sample_results.full()
    part = next(part for part in results.parts if part.name == name)
    results.parts = [part]
    alone = written(results)
    assert f'data-part="{name}"' in alone
    part.runs.clear()
    part.extra.clear()
    assert "No round was finished" in written(results)


def test_every_part_of_a_full_run_has_a_title_of_its_own() -> None:
    titles = {part.name: page.title(part) for part in all_parts(Settings())}
    assert [name for name, title in titles.items() if title == name] == []
    assert len(set(titles.values())) == len(titles)


def test_empty_results_still_give_a_page() -> None:
    assert "The run has no comparison" in written(Results([]))


def test_unfinished_rounds_are_reported() -> None:
    report = written(sample_results.small(rounds=3, of=5))
    assert "Only 3 of 5 rounds were finished" in report
    assert "This run is not finished" in report


def test_ratios_are_coloured_by_their_verdicts() -> None:
    results = sample_results.small()
    (summary,) = summaries(results)
    kinds = {
        (line.scenario, number): datum.kind.removeprefix("ratio ")
        for line in table(results.parts[0], summary).lines
        for number, datum in enumerate(each for each in line.data if each.ratio)
    }
    better = {"cpu": Verdict.LOWER, "rate": Verdict.HIGHER}
    assert len(kinds) == 6
    for each in summary.comparisons:
        for number, name in enumerate(better):
            verdict = each.contrasts[name].verdict
            expected = ("better" if verdict is better[name] else "worse") if verdict.is_difference else "same"
            assert kinds[each.scenario, number] == expected
    assert kinds["product_detail", 0] == kinds["product_detail", 1] == "better"
    assert kinds["product_search", 1] == "same"


def test_the_answer_comes_first_then_the_main_table(full: str) -> None:
    order = [full.index(text) for text in ('class="answer"', '<table id="main-table"', 'id="needs"', "data-part=")]
    assert order == sorted(order)
    assert "reads cost Django 2." in full


def test_the_caption_of_the_main_table_is_true_for_both_directions_of_a_ratio(full: str) -> None:
    (caption,) = re.findall(r'<table id="main-table">\s*<caption>(.*?)</caption>', full)
    assert "Ratios are FastAPI / Django, or as chosen above." in caption
    assert "Below 1, the side named first in the ratio costs less CPU, or has the lower p99." in caption
    assert "<option>Django / FastAPI</option>" in full


def test_the_caption_of_the_main_table_names_no_side_if_the_rows_have_different_ones() -> None:
    results = sample_results.plain(variants=("django", "django-sync", "fastapi"), scenarios=("product_detail",))
    report = written(results)
    (caption,) = re.findall(r'<table id="main-table">\s*<caption>(.*?)</caption>', report)
    assert "with 8 users. Below 1, the side named first in the ratio costs less CPU. A click" in caption
    assert '<td class="text">django-sync / django</td>' in report


def test_with_too_few_rounds_ratios_have_no_colour_and_no_interval() -> None:
    data = [datum for line in lines(sample_results.small(rounds=2)) for datum in line.data]
    assert not [datum for datum in data if "better" in datum.kind or "worse" in datum.kind or "[" in datum.text]


def test_the_page_has_the_precision_of_each_part_and_all_warnings_as_the_other_reports_do() -> None:
    results = sample_results.with_error(sample_results.small(), "django", "login", "GET /a: 500")
    (summary,) = summaries(results)
    lists = [*precision(summary, results.parts[0].settings), *notes.warnings([summary], results)]
    assert any("the noise of one run" in line for line in lists)
    assert any("login is INVALID" in line for line in lists)
    report = unescape(written(results))
    assert [line for line in lists if f"<li>{line}</li>" not in report] == []


def test_a_run_without_warnings_has_no_list_of_them() -> None:
    results = sample_results.plain(scenarios=("product_detail",))
    results.sessions = [sample_results.session(noise=[])]
    assert notes.warnings(summaries(results), results) == []
    assert 'id="warnings"' not in written(results)


def test_latencies_of_closed_load_have_the_share_of_time_in_which_users_waited() -> None:
    results = sample_results.plain(scenarios=("product_detail",), loads=sample_results.LOADS)
    (part,) = results.parts
    assert "N" not in heads(results)
    part.runs = [
        replace(run, cells=[each if each.load.is_open else replace(each, concurrency=0.984) for each in run.cells])
        for run in part.runs
    ]
    position = heads(results).index("N")
    assert heads(results)[position - 1] == "p99"
    assert [line.data[position].text for line in lines(results)] == ["0.98", "0.98", "-", "-"]
    assert all(len(line.data) == len(heads(results)) for line in lines(results))


def heads(results: Results) -> list[str]:
    """Return the headings of the columns of the only part."""
    (summary,) = summaries(results)
    return [column.head for column in table(results.parts[0], summary).columns]


@pytest.mark.parametrize("threadless", [(), ("fastapi",)])
def test_each_variant_has_one_row_that_a_row_can_be_compared_with_if_threads_vary(threadless: tuple[str, ...]) -> None:
    part = sample_results.new_part(
        "pool", 3, turns=1, threads=(2, 4), threadless=threadless, scenarios=("product_list",)
    )
    report = lines(Results([part]))
    keys = [(line.group, line.variant) for line in report]
    assert len(set(keys)) == len(keys) == 4 - len(threadless)
    assert {(line.first_group, name) for line in report for name in part.settings.variants} <= set(keys)


def test_an_invalid_scenario_is_marked_and_has_no_ratio() -> None:
    report = lines(sample_results.with_error(sample_results.small(), "django", "product_detail", "GET /a: 500"))
    kinds = {line.scenario: {datum.kind for datum in line.data} for line in report if line.variant == "fastapi"}
    assert "ratio invalid" in kinds["product_detail"]
    assert "ratio better" not in kinds["product_detail"]
    assert {line.kind for line in report if line.scenario == "product_detail"} == {"invalid"}


def test_a_scenario_that_failed_verification_still_has_a_row() -> None:
    results = sample_results.small()
    results.parts[0].gate["login"] = "fastapi: different body"
    report = written(results)
    assert "INVALID: not measured" in report
    assert "verification: fastapi: different body" in report


def test_rates_above_half_of_the_generator_s_highest_rate_are_rejected_with_their_ratios() -> None:
    results = sample_results.small()
    results.parts[0].ceilings = dict.fromkeys(results.parts[0].settings.scenarios, 2500.0)
    (line,) = (line for line in lines(results) if line.scenario == "product_detail" and line.variant == "fastapi")
    assert (line.data[3].kind, line.data[4].kind) == ("rejected", "ratio rejected")
    assert 2 in line.data[3].caveats


def test_the_resource_that_limits_a_rate_has_the_same_name_in_caveats_and_tables() -> None:
    results = sample_results.small()
    (summary,) = summaries(results)
    assert "see the column limit" in MEANINGS[Caveat.OTHER_LIMIT]
    assert "limit" in columns.measured(summary, results.parts[0].settings).head
    assert "limit" in [column.head for column in table(results.parts[0], summary).columns]
    assert "bottleneck" not in written(results).lower()


@pytest.mark.parametrize(
    "body", ["<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "'\"&{{ 7*7 }}"]
)
def test_response_text_is_escaped(body: str) -> None:
    report = written(sample_results.with_error(sample_results.small(rounds=3), "django", "login", body))
    assert body not in report
    assert "49" not in report.partition("is INVALID")[2][:300]
    costs, own = Page(report).texts["script"]
    assert own == Page(written(sample_results.small())).texts["script"][1]
    assert "login" not in costs
    assert "img" not in {tag for tag, _ in Page(report).elements}


def test_every_caveat_is_explained_below_its_table(full: str) -> None:
    for section in full.split('<section class="part"')[1:]:
        used = set(re.findall(r'<sup class="badge"[^>]*>(\d)</sup>', section))
        assert used == set(re.findall(r'<li><span class="badge">(\d)</span>', section))


def test_every_filter_matches_some_row(full: str) -> None:
    report = Page(full)
    boxes: dict[str, set[str]] = {}
    for each in report.with_attribute("value"):
        if each.get("type") != "checkbox":
            continue
        boxes.setdefault(str(each["name"]), set()).add(str(each["value"]))
    for name in ("part", "scenario", "variant"):
        assert {each[f"data-{name}"] for each in report.with_attribute(f"data-{name}")} == boxes[name]


def test_tables_have_captions_and_headings(full: str) -> None:
    tags = [tag for tag, _ in Page(full).elements]
    assert tags.count("table") == tags.count("caption") == 12
    assert {each["scope"] for each in Page(full).with_attribute("scope")} == {"col", "colgroup", "row"}
    assert all("tabindex" in each for each in Page(full).with_attribute("role") if each["role"] == "region")


def test_the_html_file_is_complete(tmp_path: Path) -> None:
    path = tmp_path / page.FILE
    write_html(sample_results.small(), path)
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
