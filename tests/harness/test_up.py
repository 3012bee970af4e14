"""`make up`, `make url`, `make reset` and `make down`, in one sequence."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from harness.paths import ROOT
from harness.ports import free_port
from harness.postgres.cluster import Cluster
from harness.processes.records import live_records
from tests.pictures import picture

# On a busy machine, two servers and PostgreSQL need a long time to stop.
STOP_TIMEOUT_SECONDS = 180


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment variables with an empty data directory and free ports."""
    ports = {name: str(free_port()) for name in ("DJANGO_PORT", "FASTAPI_PORT", "DJANGO_WS_PORT")}
    return {**os.environ, **ports, "DATA_DIR": str(tmp_path)}


@contextmanager
def up(environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `make up`. Yields the process and its output until both servers were ready."""
    with subprocess.Popen(
        harness("up"), cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            printed = ""
            while line := process.stdout.readline():
                printed += line
                if line.startswith("Ctrl-C"):
                    break
            assert "Ctrl-C" in printed
            yield process, printed
        finally:
            process.terminate()


def harness(command: str) -> list[str]:
    """Return the command line of a command of the harness."""
    return [sys.executable, "-m", "harness", command]


def run(command: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of the harness to its end."""
    return subprocess.run(harness(command), cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")


def _sign_in(server: str, password: str) -> int:
    form = {"username": "shopper@example.com", "password": password}
    return httpx.post(f"{server}/api/auth/login", data=form, trust_env=False).status_code


def _refusal(address: str) -> int:
    with pytest.raises(InvalidStatus) as refused, connect(address, proxy=None):
        pass
    return refused.value.response.status_code


def _set_image(server: str) -> str:
    """Upload an image of a product, and return its path."""
    login = {"username": "admin@example.com", "password": "admin-demo-password"}
    with httpx.Client(base_url=server, trust_env=False) as client:
        token = client.post("/api/auth/login", data=login).json()["access_token"]
        slug = client.get("/api/products?limit=1").json()["items"][0]["slug"]
        headers = {"Authorization": f"Bearer {token}"}
        response = client.put(f"/api/products/{slug}/image", files={"image": ("a.png", picture({}))}, headers=headers)
        return str(response.json()["image"])


def _products(url: str) -> int:
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM products")
        (number,) = cursor.fetchone() or (0,)
    connection.close()
    return int(number)


def test_up_serves_both_implementations_and_keeps_their_data_until_reset(
    environment: dict[str, str], tmp_path: Path
) -> None:
    django, fastapi = (f"http://127.0.0.1:{environment[variable]}" for variable in ("DJANGO_PORT", "FASTAPI_PORT"))
    account = {"email": "new@example.com", "password": "a good password", "full_name": "New"}

    with up(environment) as (process, printed):
        assert f"django          {django} " in printed
        assert f"fastapi         {fastapi} " in printed
        sockets = [
            f"ws://127.0.0.1:{environment[variable]}/ws/notifications"
            for variable in ("DJANGO_WS_PORT", "FASTAPI_PORT")
        ]
        assert f"websockets      {'  '.join(sockets)}\n" in printed
        assert [_refusal(address) for address in sockets] == [401, 401]
        assert f"documentation   {django}/docs  {fastapi}/docs\n" in printed
        assert f"admin           {django}/admin/  {fastapi}/admin/\n" in printed
        assert "shopper@example.com / shopper-demo-password" in printed
        url = run("url", environment).stdout
        assert f"database        {url}" in printed
        assert [_sign_in(server, "wrong") for server in [django, fastapi] * 6] == [401] * 10 + [429] * 2
        assert _products(url.strip()) == 10_000
        assert httpx.get(f"{django}/api/products").content == httpx.get(f"{fastapi}/api/products").content
        assert httpx.post(f"{fastapi}/api/auth/register", json=account).status_code == 201

        image = _set_image(django)
        assert httpx.get(fastapi + image).status_code == 200
        assert (tmp_path / image.removeprefix("/")).exists()

        second = run("up", environment)
        assert second.returncode == 1
        assert f"Port {environment['DJANGO_PORT']} " in second.stderr
        assert f"`make up` is already running (process {process.pid})" in second.stderr

        reset = run("reset", environment)
        assert reset.returncode == 1
        assert "use `make down` first" in reset.stderr

        assert f"Stopped `make up` (process {process.pid})." in run("down", environment).stdout
        assert process.wait(STOP_TIMEOUT_SECONDS) == 0
    assert live_records(tmp_path) == []
    stopped = run("url", environment)
    assert stopped.returncode == 1
    assert stopped.stderr.endswith("start `make up` first.\n")
    assert Cluster(tmp_path).postmaster() is None

    origin = "https://shop.example"
    with up({**environment, "ALLOWED_HOSTS": "shop.example", "CORS_ALLOWED_ORIGINS": origin}) as (process, _):
        served = {"Host": "shop.example"}
        assert httpx.get(f"{fastapi}/healthz", headers=served).status_code == 200
        for server in (django, fastapi):
            response = httpx.get(f"{server}/api/products", headers={"Origin": origin})
            assert response.headers["Access-Control-Allow-Origin"] == origin
        login = {"username": account["email"], "password": account["password"]}
        assert httpx.post(f"{django}/api/auth/login", data=login).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_TIMEOUT_SECONDS) == 0
    assert run("reset", environment).returncode == 0
    assert not tmp_path.exists()
