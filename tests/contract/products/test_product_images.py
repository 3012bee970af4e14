"""Images: what is stored, when a file is deleted, and how much memory a server needs."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import RunningServer, serve
from tests.contract.client import Client, Json, in_chunks, send_concurrently, status_and_code, statuses
from tests.contract.conftest import open_client
from tests.contract.database.test_failed_commits import failing_commits
from tests.contract.document import SETTINGS
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_product
from tests.pictures import picture

MAX_RISE = 150_000_000
MAX_PIXELS = {"size": [5000, 5000]}
UPLOADS_AT_ONCE = 6
BOMBS: dict[str, bytes] = {
    "png": picture({"mode": "1", "size": [12_000, 12_000]}),
    "webp": picture({"format": "WEBP", "size": [16_383, 700]}),
    "jpeg": picture({"format": "JPEG", "mode": "L", "size": [9_000, 9_000]}),
    "text": picture({"text_bomb": True}),
}


@pytest.fixture
def stored(media_dir: Path) -> Any:
    """Return a function that returns the paths of the stored images."""
    before = {*media_dir.rglob("*.*")}
    return lambda: {f"/media/{path.relative_to(media_dir)}" for path in {*media_dir.rglob("*.*")} - before}


def set_image(client: Client, product: Json, content: bytes | None = None) -> httpx.Response:
    """Send an image of the product."""
    files = {"image": ("image.png", content or picture({}))}
    return client.request("PUT", f"/api/products/{product['slug']}/image", files=files)


def test_both_implementations_serve_an_image_of_one(
    clients: Mapping[str, Client], staff_account: Any, stored: Any
) -> None:
    django, fastapi = (clients[name].as_(staff_account) for name in IMPLEMENTATIONS)
    product = new_product(django, new_category(django))
    responses = []
    for client in (django, fastapi):
        path = set_image(client, product).json()["image"]
        served = [other.http.get(path) for other in (django, fastapi)]
        assert served[0].content == served[1].content
        assert [response.headers["etag"] for response in served] == [f'"{Path(path).name}"'] * 2
        responses.append(path)

    assert stored() == {responses[1]}


@pytest.mark.parametrize(("length", "status"), [(3_000_000, 200), (SETTINGS["images"]["max_bytes"] + 1, 413)])
def test_image_in_chunks_has_the_limit_of_other_images(staff: Client, product: Json, length: int, status: int) -> None:
    files = {"image": ("image.png", picture({}).ljust(length, b"\0"))}
    sent = httpx.Request("PUT", "http://shop", files=files)
    headers = {"Content-Type": sent.headers["content-type"]}

    response = staff.request(
        "PUT", f"/api/products/{product['slug']}/image", content=in_chunks(sent.read()), headers=headers
    )

    assert response.status_code == status


def test_update_of_the_product_keeps_its_image(staff: Client, product: Json) -> None:
    path = set_image(staff, product).json()["image"]

    assert staff.patch(f"/api/products/{product['slug']}", {"price": "5"}).json()["image"] == path
    assert staff.post(f"/api/products/{product['slug']}/adjust-stock", {"quantity": 1}).json()["image"] == path
    assert staff.get("/api/products").json()["items"][0]["image"] == path


def test_product_without_an_image_has_null_in_the_database(staff: Client, product: Json, sql: Connection) -> None:
    set_image(staff, product)
    staff.delete(f"/api/products/{product['slug']}/image")
    new_product(staff, {"slug": product["category"]})

    with sql.cursor() as cursor:
        cursor.execute("SELECT image FROM products")
        assert cursor.fetchall() == [(None,), (None,)]


@pytest.mark.parametrize("action", ["set", "delete", "delete-product"])
def test_failed_commit_stores_no_file_and_deletes_none(
    staff: Client, product: Json, sql: Connection, stored: Any, action: str
) -> None:
    path = set_image(staff, product).json()["image"]
    url = f"/api/products/{product['slug']}"
    actions: dict[str, Callable[[], httpx.Response]] = {
        "set": lambda: set_image(staff, product),
        "delete": lambda: staff.delete(f"{url}/image"),
        "delete-product": lambda: staff.delete(url),
    }

    with failing_commits(sql, "products"):
        assert status_and_code(actions[action]()) == (503, "database_unavailable")

    assert stored() == {path}
    assert staff.get(url).json()["image"] == path
    assert staff.http.get(path).status_code == 200


def test_concurrent_uploads_leave_one_file(staff: Client, product: Json, stored: Any) -> None:
    responses = send_concurrently([partial(set_image, staff, product)] * UPLOADS_AT_ONCE)

    assert statuses(responses) == [200] * UPLOADS_AT_ONCE
    assert stored() == {staff.get(f"/api/products/{product['slug']}").json()["image"]}


def test_directory_that_cannot_be_written_to_returns_500_and_changes_nothing(
    database_url: str, sql: Connection, tmp_path: Path
) -> None:
    for implementation in IMPLEMENTATIONS:
        media_dir = tmp_path / implementation
        with (
            serve(implementation, database_url, environment={"MEDIA_DIR": str(media_dir)}) as running,
            open_client(running) as client,
        ):
            account = new_account(sql, is_staff=True)
            staff = client.as_(account)
            product = new_product(staff, new_category(staff))
            media_dir.write_text("a file where the directory should be", encoding="utf-8")
            # openapi.yaml documents no 500, so the response is not checked against it.
            response = client.http.put(
                f"/api/products/{product['slug']}/image",
                files={"image": picture({})},
                headers={"Authorization": f"Bearer {account.token}"},
            )
            assert (response.status_code, response.json()["code"]) == (500, "internal_error")
            assert staff.get(f"/api/products/{product['slug']}").json() == product


@pytest.fixture(params=IMPLEMENTATIONS)
def measured(request: pytest.FixtureRequest, database_url: str, sql: Connection) -> Iterator[tuple[RunningServer, Any]]:
    """A server of its own, whose memory no other test uses, and a function that sends an image."""
    with serve(request.param, database_url) as running, open_client(running) as client:
        staff = client.as_(new_account(sql, is_staff=True))
        product = new_product(staff, new_category(staff))
        # The first upload imports the plugins of Pillow.
        assert set_image(staff, product).status_code == 200
        yield running, partial(set_image, staff, product)


def peak_rise(running: RunningServer, action: Any) -> int:
    """Return by how many bytes the resident size of the worker rises at most during the action."""
    (worker,) = running.workers()
    before = psutil.Process(worker.pid).memory_info().rss
    Path(f"/proc/{worker.pid}/clear_refs").write_text("5", encoding="ascii")
    action()
    status = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    return peak - before


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="the peak is read from Linux's /proc"
)


@needs_proc
def test_bombs_and_large_bodies_need_little_memory(measured: tuple[RunningServer, Any]) -> None:
    running, send = measured
    large = b"\0" * 60_000_000

    def send_all() -> None:
        responses = send_concurrently([partial(send, content) for content in BOMBS.values()])
        assert statuses(responses) == [422] * len(BOMBS)
        assert status_and_code(send(large)) == (413, "content_too_large")

    assert peak_rise(running, send_all) < MAX_RISE


@needs_proc
def test_images_are_decoded_one_after_another(measured: tuple[RunningServer, Any]) -> None:
    running, send = measured
    content = picture({"mode": "RGB", **MAX_PIXELS})

    def send_all() -> None:
        assert statuses(send_concurrently([partial(send, content)] * UPLOADS_AT_ONCE)) == [200] * UPLOADS_AT_ONCE

    # One such image takes 4 bytes for each pixel.
    assert peak_rise(running, send_all) < 2 * 4 * SETTINGS["images"]["max_pixels"]["PNG"]
