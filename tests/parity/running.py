"""Send a case to a server, and tell in what it is answered otherwise than expected."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.contract_lint import Node
from tests.parity.cases import Case
from tests.parity.expectations import differences
from tests.parity.messages import Message, message
from tests.parity.values import Reader
from tests.parity.wire import Answer, exchange
from tests.parity.world import ACCOUNTS, NAMES, World

NOT_COMPARED = {"date", "server", "x-request-id"}


@dataclass
class Conversation:
    """The requests of one case to one server, in their order."""

    port: int
    world: World
    names: dict[str, str] = field(default_factory=lambda: dict(NAMES))

    def send(self, step: Node) -> tuple[Message, Answer]:
        """Send one request; `<last>` is the latest Location from now on."""
        sent = message(step, Reader(self.names, ACCOUNTS), f"127.0.0.1:{self.port}")
        self.world.touch(sent.method)
        answer = exchange(sent, self.port)
        self.names["last"] = answer.header("Location") or self.names.get("last", "")
        return sent, answer


def run(case: Case, port: int, world: World) -> list[str]:
    """Everything in which the server behind the port answers a case otherwise than expected."""
    return list(_differences(case, Conversation(port, _restored(world))))


def answer_to(case: Case, port: int, world: World) -> Answer:
    """The answer to the request in question, whatever it is."""
    conversation = Conversation(port, _restored(world))
    for step in case.before:
        conversation.send(step)
    return conversation.send(case.main)[1]


def _restored(world: World) -> World:
    world.restore()
    return world


def _differences(case: Case, conversation: Conversation) -> Iterator[str]:
    earlier = [conversation.send(step)[1] for step in case.before]
    for step, answer in zip(case.content.get("before", []), earlier, strict=True):
        yield from _of_step_before(step, answer)
    sent, answer = conversation.send(case.main)
    yield from differences(case.main, sent, answer, conversation.names)
    if "like_before" in case.content:
        yield from unlike_before(answer, earlier[0], whole=case.content["like_before"] == "whole")
    for number, step in enumerate(case.after, 1):
        sent, answer = conversation.send(step)
        for difference in differences(step, sent, answer, conversation.names):
            yield f"after {number}: {difference}"


def _of_step_before(step: Node, answer: Answer) -> Iterator[str]:
    as_expected = answer.status == step["status"] if "status" in step else "problem" in step or answer.status < 300
    if not as_expected:
        yield f"before: status {answer.status}: {answer.content.decode(errors='replace')[:300]}{answer.fault}"


def unlike_before(answer: Answer, earlier: Answer, *, whole: bool) -> Iterator[str]:
    """In what an answer is not the earlier one: its headers, and its bytes where the whole is to be the same."""
    if _comparable(answer) != _comparable(earlier):
        yield f"headers {_comparable(answer)}, before {_comparable(earlier)}"
    if whole and answer.content != earlier.content:
        yield f"body {answer.content.decode()}, before {earlier.content.decode()}"


def _comparable(answer: Answer) -> list[tuple[str, str]]:
    return sorted((name.lower(), value) for name, value in answer.headers if name.lower() not in NOT_COMPARED)
