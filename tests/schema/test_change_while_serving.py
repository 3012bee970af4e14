"""No request to the old code fails while the commands of docs/change-the-schema.md run."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import httpx
import pytest

from harness.databases.clones import database
from harness.dataset import ADMIN
from harness.postgres.server import Server
from harness.servers.server import Implementation, serve
from tests.schema import documented_change, source_copies
from tests.schema.catalog import catalog
from tests.schema.test_migrations import TABLES

IMPLEMENTATIONS: tuple[Implementation, ...] = ("django", "fastapi")
HEADINGS = {"django": "with Django", "alembic": "with Alembic"}


@contextmanager
def failures_of(server_url: str) -> Iterator[list[str]]:
    """Send reads and writes in a background thread until the end. Yields a list of the error responses."""
    stopped, failed = Event(), list[str]()
    with httpx.Client(base_url=server_url, trust_env=False, timeout=60) as client, ThreadPoolExecutor(1) as pool:
        form = {"username": ADMIN.email, "password": ADMIN.password}
        token = client.post("/api/auth/login", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        slug = client.get("/api/products").json()["items"][0]["slug"]

        def send_requests() -> None:
            while not stopped.is_set():
                responses = [
                    client.get("/api/products"),
                    client.get(f"/api/products/{slug}"),
                    client.post(f"/api/products/{slug}/adjust-stock", json={"quantity": 1}),
                    client.patch(f"/api/products/{slug}", json={"price": "2.00"}),
                    client.post("/api/orders", json={"items": [{"product": slug, "quantity": 1}]}),
                ]
                failed.extend(response.text for response in responses if not response.is_success)

        sending = pool.submit(send_requests)
        try:
            yield failed
        finally:
            stopped.set()
        sending.result()


@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
def test_no_request_fails_while_the_commands_of_the_page_run(server: Server, heading: str, tmp_path: Path) -> None:
    copy = documented_change.apply_to(source_copies.copy_to(tmp_path))
    with database(server, size=100, name_hint="change") as url, ExitStack() as stack:
        running = [stack.enter_context(serve(implementation, url)) for implementation in IMPLEMENTATIONS]
        failed = [stack.enter_context(failures_of(one.url)) for one in running]
        name = urlsplit(url).path.removeprefix("/")
        connection = stack.enter_context(server.connection(name))
        before = catalog(connection, TABLES)
        for command in documented_change.commands(heading):
            source_copies.run(copy, url, command)
        assert catalog(connection, TABLES) == before  # the last commands roll the change back

    assert failed == [[], []]
