"""Reports of closed load that was measured without a stretch, so without latencies."""

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from benchmarks.analysis.summary import summaries
from benchmarks.report import markdown, terminal
from benchmarks.report.html import page
from benchmarks.report.svg.pictures import write_pictures
from tests.benchmarks import sample_results


def test_reports_have_no_percentiles_without_latencies(tmp_path: Path) -> None:
    results = sample_results.small()
    results.parts.append(sample_results.memory())
    for part in results.parts:
        part.runs = [replace(run, cells=[replace(cell, latencies={}) for cell in run.cells]) for run in part.runs]
    computed = summaries(results)
    output = io.StringIO()
    terminal.show(Console(file=output, width=160), computed, results)
    page.write_html(results, tmp_path / page.FILE, computed)
    pictures = write_pictures(results, tmp_path, computed)
    texts = (output.getvalue(), markdown.report(computed, results, pictures))
    for text in texts:
        assert "product_detail" in text
        assert "nan" not in text.split()
