"""docker-compose.yml and the Dockerfiles: images, start order, health checks and command lines."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.databases.clones import create_empty, drop
from harness.paths import ROOT
from harness.ports import LOOPBACK, free_port
from harness.postgres.server import Server
from harness.servers.command_lines import Budget, server_command
from harness.servers.names import Implementation
from tests.docs.containers import VariableMissing, compose, image

IMPLEMENTATIONS: tuple[Implementation, ...] = ("django", "fastapi")
SECRETS = {"SECRET_KEY": "x" * 40, "POSTGRES_PASSWORD": "y" * 20}
# Options that depend on the machine, so they differ between a container and the harness.
MACHINE_OPTIONS = {"--bind", "--host", "--port", "--log-level", "--worker-tmp-dir"}
READY_WITHIN_SECONDS = 180

each_implementation = pytest.mark.parametrize("implementation", IMPLEMENTATIONS)


@pytest.mark.parametrize("name", SECRETS)
def test_missing_secret_is_reported_by_name(name: str) -> None:
    with pytest.raises(VariableMissing, match=f"set {name} to"):
        compose({other: value for other, value in SECRETS.items() if other != name})


def test_implementations_depend_on_the_migration() -> None:
    services = compose(SECRETS)["services"]
    dependencies = {name: services[name].get("depends_on", {}) for name in services}
    completed = {"condition": "service_completed_successfully"}
    assert dependencies == {
        "postgres": {},
        "migrate": {"postgres": {"condition": "service_healthy"}},
        "stamp": {"migrate": completed},
        "django": {"migrate": completed},
        "django-sockets": {"migrate": completed},
        "fastapi": {"stamp": completed},
    }


def test_every_long_running_service_has_a_health_check() -> None:
    services = compose(SECRETS)["services"]
    assert [
        name for name in services if services[name]["restart"] != "no" and "healthcheck" not in services[name]
    ] == []


def test_postgres_service_has_a_volume_and_the_contract_locale() -> None:
    postgres = compose(SECRETS)["services"]["postgres"]
    assert postgres["image"] == "postgres:18"
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql"]
    assert "--locale-provider=builtin --builtin-locale=C.UTF-8" in postgres["environment"]["POSTGRES_INITDB_ARGS"]


@each_implementation
def test_image_contains_only_its_implementation_and_the_contract(implementation: Implementation) -> None:
    copied = image(implementation).copied
    assert copied == [f"{implementation}_impl/requirements.lock", "shared_contract", f"{implementation}_impl"]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {f"!{Path(name).parts[0]}" for name in copied} <= set(
        (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    )


@each_implementation
def test_image_installs_locked_versions_and_runs_as_unprivileged_user(implementation: Implementation) -> None:
    described = image(implementation)
    assert described.base == f"python:{(ROOT / '.python-version').read_text(encoding='utf-8').strip()}-slim"
    assert f"--require-hashes -r {implementation}_impl/requirements.lock" in described.runs[0]
    assert described.user == "shop"


@each_implementation
def test_images_have_the_package_versions_that_are_tested(implementation: Implementation) -> None:
    assert set(_locked(f"{implementation}_impl/requirements.lock")) <= set(_locked("requirements.lock"))


@each_implementation
def test_container_has_the_same_command_line_as_the_harness(implementation: Implementation) -> None:
    command = image(implementation).command
    assert _options(command) == _options(server_command(implementation, Budget(workers=2, threads=4), 8000))


def test_container_of_sockets_has_the_same_command_line_as_the_harness() -> None:
    command = compose(SECRETS)["services"]["django-sockets"]["command"]
    assert _options(command) == _options(server_command("django-sockets", Budget(), 8000))


@each_implementation
def test_health_check_fails_for_a_server_that_is_not_ready(implementation: Implementation) -> None:
    test = compose(SECRETS)["services"][implementation]["healthcheck"]["test"]
    with socket.create_server((LOOPBACK, 0)) as listener, ThreadPoolExecutor(1) as pool:
        check = [sys.executable, *(word.replace("8000", str(listener.getsockname()[1])) for word in test[2:])]
        result = pool.submit(subprocess.run, check, capture_output=True, timeout=60)
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        assert result.result().returncode == 1


def test_both_containers_have_the_same_number_of_database_connections() -> None:
    django, fastapi = (_options(image(implementation).command) for implementation in IMPLEMENTATIONS)
    pool = compose(SECRETS)["services"]["fastapi"]["environment"]["DATABASE_POOL_SIZE"]
    assert (django["--workers"], django["--threads"]) == (fastapi["--workers"], pool)


def test_implementations_start_from_the_files_of_their_images(server: Server, tmp_path: Path) -> None:
    services = compose(SECRETS)["services"]
    with _empty_database(server) as url:
        for name in ("migrate", "stamp", "django", "django-sockets", "fastapi"):
            implementation: Implementation = "fastapi" if name in {"stamp", "fastapi"} else "django"
            directory = _copy_image_files(implementation, tmp_path / name)
            environment = {**os.environ, **services[name]["environment"], "DATABASE_URL": url}
            command = services[name].get("command", image(implementation).command)
            if "healthcheck" in services[name]:
                _serve(command, services[name]["healthcheck"]["test"][1:], directory, environment)
            else:
                _run(command, directory, environment)


def _locked(path: str) -> list[str]:
    return re.findall(r"^(\S+==\S+)", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def _options(command: list[str]) -> dict[str, str | bool]:
    words = command[1:]
    options: dict[str, str | bool] = {"module": " ".join(words[:3])}
    for word, after in zip(words[3:], [*words[4:], "--"], strict=True):
        if word.startswith("--") and word not in MACHINE_OPTIONS:
            options[word] = after.startswith("--") or after
    return options


def _copy_image_files(implementation: str, directory: Path) -> Path:
    for name in image(implementation).copied:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    return directory


@contextmanager
def _empty_database(server: Server) -> Iterator[str]:
    name = f"shop_containers_{secrets.token_hex(4)}"
    create_empty(server, name)
    try:
        yield server.url(name)
    finally:
        drop(server, name)


def _run(command: list[str], directory: Path, environment: dict[str, Any]) -> None:
    words = [sys.executable, *command[1:]]
    result = subprocess.run(
        words,
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=READY_WITHIN_SECONDS,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr


def _serve(command: list[str], health_check: list[str], directory: Path, environment: dict[str, Any]) -> None:
    port = str(free_port())
    words = [sys.executable, *(word.replace("8000", port).replace("0.0.0.0", "127.0.0.1") for word in command[1:])]
    check = [sys.executable, *(word.replace("8000", port) for word in health_check[1:])]
    # Docker passes the client's proxy settings to containers. The health check must not use the proxy.
    behind_proxy = os.environ | dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    behind_proxy.pop("NO_PROXY", None)
    behind_proxy.pop("no_proxy", None)
    with (directory / "log").open("wb") as log:
        running = subprocess.Popen(words, cwd=directory, env=environment, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + READY_WITHIN_SECONDS
            while subprocess.run(check, env=behind_proxy, capture_output=True).returncode != 0:
                assert running.poll() is None, (directory / "log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline, (directory / "log").read_text(encoding="utf-8")
        finally:
            running.terminate()
            running.wait(timeout=READY_WITHIN_SECONDS)
