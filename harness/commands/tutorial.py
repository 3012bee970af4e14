"""Run both tutorial shops, each on a temporary database, in the foreground: `make tutorial`."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console

from harness.commands.up import watch
from harness.databases import demo
from harness.databases.clones import database
from harness.dataset import ADMIN, SHOPPER
from harness.ports import PortTaken, free_port, require_free
from harness.postgres.server import Server, postgres
from harness.processes.records import TUTORIAL, process_record
from harness.servers.names import Tutorial
from harness.servers.server import RunningServer, serve

# The ports after those of `make up`. If one is in use, the shop gets another.
PORTS: dict[Tutorial, int] = {"tutorial-django": 8004, "tutorial-fastapi": 8005}


def run(console: Console) -> None:
    """Run PostgreSQL and both tutorial shops until Ctrl-C, and print their addresses and requests to try.

    Raises BadSetting, PortTaken, PostgresUnavailable, ServerFailed.
    """
    try:
        with ExitStack() as stack:
            stack.enter_context(process_record(TUTORIAL, os.getpid()))
            with console.status("Starting PostgreSQL, a database with demo data for each shop, and both shops"):
                server = stack.enter_context(postgres())
                shops = [stack.enter_context(_shop(server, name, port)) for name, port in PORTS.items()]
            console.print(_description(*shops), soft_wrap=True)
            console.print("Ctrl-C stops both shops and deletes their databases.")
            watch(shops)
    except KeyboardInterrupt:
        console.print("Stopped.")


@contextmanager
def _shop(server: Server, name: Tutorial, port: int) -> Iterator[RunningServer]:
    # Each shop has its own database: at a sign-in, Django replaces a password hash by one that FastAPI's cannot read.
    with database(server, size=demo.PRODUCTS, name_hint=name) as url, serve(name, url, port=_port(port)) as shop:
        yield shop


def _port(preferred: int) -> int:
    try:
        require_free(preferred)
    except PortTaken:
        return free_port()
    return preferred


def _description(django: RunningServer, fastapi: RunningServer) -> str:
    lines = [f"{shop.name:20}{shop.url}/api/" for shop in (django, fastapi)]
    lines += [f"{'staff':20}{ADMIN.email} / {ADMIN.password}", f"{'customer':20}{SHOPPER.email} / {SHOPPER.password}"]
    account = json.dumps({"email": SHOPPER.email, "password": SHOPPER.password})
    return "\n".join(
        [
            *lines,
            "Requests to try:",
            *(f"  curl '{shop.url}/api/products?search=cup&ordering=price&limit=2'" for shop in (django, fastapi)),
            *(f"  curl '{shop.url}/api/products?limit=none'" for shop in (django, fastapi)),
            f"  curl {django.url}/api/auth/login -H 'Content-Type: application/json' -d '{account}'",
            f"  curl {fastapi.url}/api/auth/login -d username={SHOPPER.email} -d password={SHOPPER.password}",
        ]
    )
