"""The HTML page: one file without external references, with the figures and colours of the verdicts."""

import re
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from benchmarks.analysis.summary import summaries
from benchmarks.report import notes, palette
from benchmarks.report.html import page
from benchmarks.report.html.page import policy, write_html
from benchmarks.report.precision import precision
from benchmarks.results import Results
from benchmarks.runs.suite import full as all_parts
from benchmarks.settings import VARIANTS, Settings
from tests.benchmarks import sample_results
from tests.benchmarks.report.html.pages import Page, written

URL_ATTRIBUTES = {"src", "href", "srcset", "action", "formaction", "poster", "data", "background", "ping", "xlink:href"}


@pytest.fixture(scope="module")
def full() -> str:
    return written(sample_results.full())


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
