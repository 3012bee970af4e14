"""Run another worker on the database of `make up`, in the foreground: `make worker`."""

from rich.console import Console

from harness.commands.up import development_environment, watch
from harness.databases import demo
from harness.postgres.server import postgres
from harness.servers.background import Side, background


def run(console: Console, side: Side) -> None:
    """Run a worker of the implementation until Ctrl-C. Raises BadSetting, PostgresUnavailable, ServerFailed."""
    try:
        with postgres() as server:
            url = demo.database(server)
            with background(side, "worker", url, environment=development_environment()) as worker:
                console.print(
                    f"The {worker.name} performs the tasks of the demo data. Its log: {worker.log}", soft_wrap=True
                )
                console.print("Ctrl-C stops it.")
                watch([worker])
    except KeyboardInterrupt:
        console.print("Stopped.")
