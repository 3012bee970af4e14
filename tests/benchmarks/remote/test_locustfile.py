"""Locust's own command line runs the scenarios: all make requests, and wrong responses are failures."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scenarios import SCENARIOS
from harness.databases.clones import database
from harness.paths import ROOT
from harness.ports import free_port
from harness.postgres.server import Server
from harness.servers.server import serve
from tests.benchmarks.fake_server import fake_server

LOCUST = (sys.executable, "-m", "locust", "-f", "benchmarks/locustfile.py")
CLASSES = ["".join(word.title() for word in name.split("_")) for name in SCENARIOS]
# Seconds after which a run is killed: only a failing test waits that long.
TIMEOUT = 240
PRODUCTS = [{"slug": f"p{number}", "name": "Cup", "description": "", "price": "1.00"} for number in range(40)]


@pytest.fixture(scope="module")
def shop_url(server: Server) -> Iterator[str]:
    """The address of an implementation with 1,000 products."""
    with database(server, size=1000, name_hint="locust") as url, serve("fastapi", url) as running:
        yield running.url


@contextmanager
def locust(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Start Locust in a child process, and kill it after the block or after TIMEOUT."""
    words = [*LOCUST, *map(str, arguments)]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as process:
        timer = threading.Timer(TIMEOUT, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()


def output_until(process: subprocess.Popen[str], is_enough: Callable[[str], bool]) -> str:
    """Read output until it is enough, stop Locust, and return all of its output."""
    output = ""
    for line in process.stdout or ():
        output += line
        if is_enough(output):
            break
    process.send_signal(signal.SIGTERM)
    return output + process.communicate()[0]


def has_every_scenario(output: str) -> bool:
    """Return whether Locust's statistics have a request of each scenario."""
    return all(f" {name} /api/" in output for name in SCENARIOS)


def statistics(file: Path) -> dict[str, dict[str, Any]]:
    """Return Locust's statistics by the name of the request. Locust appends `.json` to the name of its file."""
    return {each["name"]: each for each in json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))}


def assert_every_scenario_was_measured_without_failures(file: Path) -> None:
    entries = statistics(file)
    assert {name.split()[0] for name in entries} == set(SCENARIOS)
    for entry in entries.values():
        assert entry["num_requests"] > 0
        assert entry["num_failures"] == 0, entry
    assert "product_detail /api/products/[slug]" in entries
    assert "product_list /api/products?ordering&cursor" in entries
    assert len(entries) < 25


def test_each_scenario_is_a_class_that_locust_lists() -> None:
    listed = subprocess.run([*LOCUST, "--list"], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8")
    assert [line.strip() for line in listed.stdout.splitlines()[1:]] == CLASSES


def test_all_scenarios_make_requests_without_failures(shop_url: str, tmp_path: Path) -> None:
    file = tmp_path / "statistics"
    options = ("--headless", "-u", "10", "-r", "10", "--sample-size", "40", "--json-file", file)
    with locust(*options, "--host", shop_url) as process:
        output = output_until(process, has_every_scenario)
    assert process.returncode == 0, output
    assert_every_scenario_was_measured_without_failures(file)


def test_a_master_and_two_workers_make_requests_without_failures(shop_url: str, tmp_path: Path) -> None:
    file, port = tmp_path / "statistics", str(free_port())
    options = ("--headless", "--master", "--expect-workers", "2", "--master-bind-port", port, "-u", "20", "-r", "20")
    with ExitStack() as stack:
        arguments = (*options, "--sample-size", "40", "--json-file", file, "--host", shop_url)
        master = stack.enter_context(locust(*arguments))
        workers = [stack.enter_context(locust("--worker", "--master-port", port)) for _ in range(2)]
        output = output_until(master, has_every_scenario)
        outputs = [worker.communicate()[0] for worker in workers]
    assert master.returncode == 0, output
    assert "to 2 ready workers" in output
    assert [worker.returncode for worker in workers] == [0, 0], outputs
    assert_every_scenario_was_measured_without_failures(file)


def wrong_shop(_method: str, path: str, _body: str) -> tuple[int, str]:
    """Respond to the requests of the sample, and wrongly to those of single products."""
    path, _, query = path.partition("?")
    if path.startswith("/api/products/"):
        is_even = int(path.rpartition("/p")[2]) % 2 == 0
        return (200, '{"slug":"another"}') if is_even else (503, '{"code":"service_unavailable"}')
    size = 20 if "limit" not in query else 40
    items = {
        "/api/products": PRODUCTS[:size],
        "/api/categories": [{"slug": "cups", "product_count": 40}],
        "/api/orders": [{}, {}],
    }
    return 200, json.dumps({"access_token": "token", "items": items.get(path), "next": None})


def test_wrong_responses_are_failures() -> None:
    def has_forty_requests(output: str) -> bool:
        return any(int(number) >= 40 for number in re.findall(r"/products/\[slug\] +(\d+)", output))

    with fake_server(wrong_shop) as port:
        options = ("--headless", "-u", "4", "-r", "4", "--host", f"http://127.0.0.1:{port}")
        with locust("ProductDetail", *options) as process:
            output = output_until(process, has_forty_requests)
    assert process.returncode == 1, output
    rows = re.findall(r"^GET +product_detail /api/products/\[slug\] .*", output, re.MULTILINE)
    assert rows
    assert all("(100.00%)" in row for row in rows if "%)" in row)
    assert "not the requested content" in output
    assert "503, not 200: service_unavailable" in output


def test_a_server_that_cannot_be_reached_ends_the_run_with_the_reason() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with locust("Login", "--headless", "-u", "1", "--host", url) as process:
        output = process.communicate()[0]
    assert process.returncode == 1, output
    assert f"The server at {url} cannot be used" in output
    assert "Traceback" not in output


def test_a_host_is_required() -> None:
    variables = {name: value for name, value in os.environ.items() if name != "LOCUST_HOST"}
    command = [*LOCUST, "Login", "--headless", "-u", "1"]
    result = subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=TIMEOUT, encoding="utf-8"
    )
    assert "You must specify the base host" in result.stderr
