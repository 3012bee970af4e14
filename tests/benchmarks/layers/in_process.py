"""Run a layer's application without a server: `python -m tests.benchmarks.layers.in_process LAYER`.

Each line of stdin is the target of a GET request. The line of stdout that answers it is a JSON object: the status, the
body, and the number of bytecode instructions that Python executed for it. This number depends on no clock. Work in C
(Pydantic, psycopg2, the encoder of JSON) is not counted.
"""

import asyncio
import gc
import json
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from threading import get_ident
from typing import Any
from wsgiref.util import setup_testing_defaults

from gunicorn.util import import_app
from uvicorn.importer import import_from_string

from harness.servers.command_lines import Budget, server_command

type Answer = dict[str, Any]

HOST = "127.0.0.1"


class InstructionCounter:
    """Counts the bytecode instructions of this thread."""

    def __init__(self) -> None:
        self.count = 0
        self._thread = get_ident()
        sys.monitoring.use_tool_id(sys.monitoring.PROFILER_ID, "layers")
        sys.monitoring.register_callback(
            sys.monitoring.PROFILER_ID, sys.monitoring.events.INSTRUCTION, self._on_instruction
        )

    def start(self) -> None:
        """Count from zero."""
        self.count = 0
        sys.monitoring.set_events(sys.monitoring.PROFILER_ID, sys.monitoring.events.INSTRUCTION)

    def stop(self) -> int:
        """Return the number of instructions since `start`."""
        sys.monitoring.set_events(sys.monitoring.PROFILER_ID, sys.monitoring.events.NO_EVENTS)
        return self.count

    def _on_instruction(self, _code: object, _offset: int) -> None:
        if get_ident() == self._thread:
            self.count += 1


def main(layer: Any) -> None:
    """Answer the requests of stdin."""
    program, application = server_command(layer, Budget(), port=0)[2:4]
    # Objects that earlier requests left must not be collected while a later one is counted.
    gc.disable()
    if program == "gunicorn":
        _answer_all(_wsgi(import_app(application), InstructionCounter()))
    else:
        with asyncio.Runner() as runner:
            app = import_from_string(application)
            lifespan = app.router.lifespan_context(app)
            runner.run(_enter(lifespan))
            counter = InstructionCounter()
            _answer_all(lambda target: runner.run(_asgi(app, counter, target)))
            runner.run(lifespan.__aexit__(None, None, None))


async def _enter(lifespan: AbstractAsyncContextManager[Any]) -> None:
    await lifespan.__aenter__()


def _answer_all(answer: Callable[[str], Answer]) -> None:
    for line in sys.stdin:
        print(json.dumps(answer(line.strip())), flush=True)


def _wsgi(application: Any, counter: InstructionCounter) -> Callable[[str], Answer]:
    def answer(target: str) -> Answer:
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": HOST}
        setup_testing_defaults(environ)
        statuses: list[str] = []
        counter.start()
        response = application(environ, lambda status, _headers: statuses.append(status))
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        return {"instructions": counter.stop(), "status": int(statuses[0].split()[0]), "body": body.decode()}

    return answer


async def _asgi(app: Any, counter: InstructionCounter, target: str) -> Answer:
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", HOST.encode())],
        "scheme": "http",
        "http_version": "1.1",
        "server": (HOST, 80),
        "client": (HOST, 1),
        "asgi": {"version": "3.0"},
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    counter.start()
    await app(scope, receive, send)
    instructions = counter.stop()
    body = b"".join(message.get("body", b"") for message in sent)
    return {"instructions": instructions, "status": sent[0]["status"], "body": body.decode()}


if __name__ == "__main__":
    main(sys.argv[1])
