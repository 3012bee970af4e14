"""The tasks of Django and of FastAPI live in the process of the server."""

import pkgutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django.tasks.backends
import httpx
import pytest

from tests.contract.notifications.mailbox import mailbox
from tests.lost_tasks.processes import WITHIN_SECONDS, Shop, kill, place_order, serving, silent_mailbox

RUNSERVER = ["-m", "django", "runserver", "--noreload", "--skip-checks"]
UVICORN = ["-m", "uvicorn", "tests.lost_tasks.background_tasks:app", "--port"]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop without orders."""
    return Shop(tmp_path / "orders.sqlite3")


def test_task_of_fastapi_is_lost_although_the_client_has_its_response(shop: Shop) -> None:
    with silent_mailbox() as first, serving(shop, first, *UVICORN) as (server, url):
        response = place_order(url, "first@example.com")
        assert first.asked.wait(WITHIN_SECONDS)
        kill(server)
    with mailbox() as second, serving(shop, second, *UVICORN) as (_, url):
        place_order(url, "second@example.com")
        mails = second.wait_for(1)

        assert response.status_code == 201
        assert shop.orders() == ["first@example.com", "second@example.com"]
        assert [mail["To"] for mail in mails] == ["second@example.com"]
    assert first.mails == []


def test_task_of_django_is_lost_and_the_client_has_no_response_for_its_order(shop: Shop) -> None:
    with mailbox() as box:
        assert shop.run(box, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0") == 0
    with ThreadPoolExecutor() as threads, silent_mailbox() as first:
        with serving(shop, first, *RUNSERVER) as (server, url):
            request = threads.submit(place_order, url, "first@example.com")
            assert first.asked.wait(WITHIN_SECONDS)
            kill(server)
        with pytest.raises(httpx.TransportError):
            request.result()
    with mailbox() as second, serving(shop, second, *RUNSERVER) as (_, url):
        response = place_order(url, "second@example.com")

        # The task has ended before the response.
        assert [mail["To"] for mail in second.mails] == ["second@example.com"]
        assert response.status_code == 201
        assert shop.orders() == ["first@example.com", "second@example.com"]
    assert first.mails == []


def test_django_has_no_backend_with_a_queue() -> None:
    names = {module.name for module in pkgutil.iter_modules(django.tasks.backends.__path__)}

    assert names == {"base", "dummy", "immediate"}
