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


@dataclass(frozen=True)
class Outcome:
    """The answer to the request in question, and everything that is not as the case says."""

    answer: Answer
    differences: list[str]


def run(case: Case, port: int, world: World, reader: type[Reader] = Reader) -> Outcome:
    """Put a case to the server behind the port, which serves the world; its reader makes the tokens it takes."""
    world.restore()
    conversation = Conversation(port, world, reader)
    earlier = [conversation.send(step)[1] for step in case.before]
    sent, answer = conversation.send(case.main)
    found = [
        *_of_steps_before(case, earlier),
        *differences(case.main, sent, answer, conversation.names),
        *_unlike_before(case, answer, earlier),
    ]
    for number, step in enumerate(case.after, 1):
        found += [f"after {number}: {difference}" for difference in differences(step, *conversation.send(step), NAMES)]
    return Outcome(answer, found)


@dataclass
class Conversation:
    """The requests of one case to one server, in their order."""

    port: int
    world: World
    reader: type[Reader] = Reader
    names: dict[str, str] = field(default_factory=lambda: dict(NAMES))

    def send(self, step: Node) -> tuple[Message, Answer]:
        """Send one request; `<last>` is the latest Location from now on."""
        sent = message(step, self.reader(self.names, ACCOUNTS), f"127.0.0.1:{self.port}")
        answer = exchange(sent, self.port)
        self.world.touch(sent.method, answer.status)
        self.names["last"] = answer.header("Location") or self.names.get("last", "")
        return sent, answer


def _of_steps_before(case: Case, answers: list[Answer]) -> Iterator[str]:
    for step, answer in zip(case.content.get("before", []), answers, strict=True):
        as_expected = answer.status == step["status"] if "status" in step else "problem" in step or answer.status < 300
        if not as_expected or answer.fault:
            yield f"before: status {answer.status} {answer.fault} {answer.content.decode(errors='replace')[:300]}"


def _unlike_before(case: Case, answer: Answer, earlier: list[Answer]) -> Iterator[str]:
    wanted = case.content.get("like_before")
    if wanted and _headers(answer) != _headers(earlier[0]):
        yield f"headers {_headers(answer)}, before {_headers(earlier[0])}"
    if wanted == "whole" and answer.content != earlier[0].content:
        yield f"body {answer.content.decode()}, before {earlier[0].content.decode()}"


def _headers(answer: Answer) -> list[tuple[str, str]]:
    return sorted((name.lower(), value) for name, value in answer.headers if name.lower() not in NOT_COMPARED)
