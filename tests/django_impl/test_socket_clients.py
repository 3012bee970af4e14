"""The queue of a client of the WebSocket: what is sent, in which order, and when the client is too slow."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from django_impl.contract import FRAMES, SOCKETS
from django_impl.notifications.clients import Client
from django_impl.notifications.messages import error_text
from django_impl.notifications.models import Event

USER, OTHER = UUID(int=1), UUID(int=2)
SLOW = SOCKETS["close_codes"]["slow"]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing happen because of the time."""
    monkeypatch.setitem(SOCKETS, "first_message_seconds", 600)
    monkeypatch.setitem(SOCKETS, "send_seconds", 600)


def new_client(*, is_staff: bool = False) -> Client:
    """Return a client that has received nothing."""
    return Client(user_id=USER, is_staff=is_staff, position=(1, UUID(int=0)))


def event(number: int, *, is_public: bool = True, customer_id: UUID | None = None) -> Event:
    """Return an event with a position."""
    return Event(
        id=UUID(int=number),
        transaction_id=number,
        type="stock.low",
        data={},
        customer_id=customer_id,
        is_public=is_public,
        created_at=datetime.now(UTC),
    )


async def sent_by(client: Client) -> list[str]:
    """Return what is sent to the client until there is nothing to do."""
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    task = asyncio.create_task(client.send_messages(send))
    for _ in range(100):
        await asyncio.sleep(0)
    task.cancel()
    return sent


async def test_events_wait_for_the_first_message() -> None:
    client = new_client()
    client.offer(event(2), "two")
    assert await sent_by(client) == []

    client.reply("pong")
    assert await sent_by(client) == ["two", "pong"]


async def test_events_do_not_wait_for_ever_for_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOCKETS, "first_message_seconds", 0)
    client = new_client()
    client.offer(event(2), "two")

    assert await sent_by(client) == ["two"]


async def test_new_events_that_wait_are_not_sent_twice_after_a_restart() -> None:
    client = new_client()
    client.offer(event(5), "five")
    client.restart((3, UUID(int=3)))
    client.offer(event(6), "six")
    for number, text in ((4, "four"), (5, "five"), (6, "six")):
        client.position = event(number).position
        await client.put(text)
    client.is_live = True
    client.offer(event(6), "six")
    client.offer(event(7), "seven")

    assert await sent_by(client) == ["four", "five", "six", "seven"]


async def test_earlier_events_wait_for_room_until_the_client_is_closed() -> None:
    client = new_client()
    client.restart((1, UUID(int=0)))
    for _ in range(SOCKETS["max_queued_frames"] // 2):
        await client.put("x")
    waiting = asyncio.create_task(client.put("y"))
    await asyncio.sleep(0)
    assert not waiting.done()

    client.close(SLOW)
    await waiting


async def test_new_events_have_room_beside_earlier_ones() -> None:
    client = new_client()
    client.restart((1, UUID(int=0)))
    for _ in range(SOCKETS["max_queued_frames"] // 2):
        await client.put("x")
    client.is_live = True
    client.offer(event(2), "two")

    assert not client.is_closing
    assert (await sent_by(client))[-1] == "two"


async def test_client_for_which_too_many_events_wait_is_closed() -> None:
    client = new_client()
    for number in range(2, SOCKETS["max_queued_frames"] + 2):
        client.offer(event(number), "x")
    assert not client.is_closing
    client.offer(event(9_999), "x")

    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    assert (await client.send_messages(send), sent) == (SLOW, [])


async def test_client_that_takes_no_message_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOCKETS, "send_seconds", 0.01)
    client = new_client()
    client.reply("x")

    async def send(_: str) -> None:
        await asyncio.Event().wait()

    assert await client.send_messages(send) == SLOW
    assert client.is_closing


async def test_error_is_sent_after_the_messages_that_wait_and_before_the_end() -> None:
    client = new_client()
    client.offer(event(2), "two")
    client.fail("invalid_message")
    client.reply("never")
    client.close(SLOW)
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    assert await client.send_messages(send) == FRAMES["invalid_message"]["close"]
    assert sent == ["two", error_text("invalid_message")]


def test_client_sees_public_events_and_those_of_the_user() -> None:
    public, own, other = (
        event(2),
        event(3, is_public=False, customer_id=USER),
        event(4, is_public=False, customer_id=OTHER),
    )
    internal = event(5, is_public=False)

    assert [new_client().sees(each) for each in (public, own, other, internal)] == [True, True, False, False]
    assert all(new_client(is_staff=True).sees(each) for each in (public, own, other, internal))
