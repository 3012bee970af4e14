"""The commands. A wrong value ends a command with a line for each error, and exit code 2."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from fastapi_impl.commands.shell import Shell
from fastapi_impl.common.database.engine import get_engine, get_write_sessionmaker
from fastapi_impl.common.exceptions import DatabaseUnavailable, FieldError, InvalidRequest
from fastapi_impl.common.validation.errors import field_error
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import SOCKETS
from fastapi_impl.users import services
from fastapi_impl.users.schemas import Registration

BAD_INPUT = 2
LOG_CONFIG = Path(__file__).resolve().parents[1] / "config/uvicorn.yaml"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def check_environment() -> None:
    """The counterpart of Django's manage.py."""
    get_settings()  # ends the process with one line if a variable is missing or invalid


# --8<-- [start:run]
@app.command()
def run(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8002,
    reload: Annotated[bool, typer.Option(help="Start again after each change of the code.")] = True,
) -> None:
    """Run the server for development, as `manage.py runserver` does."""
    uvicorn.run(
        "fastapi_impl.main:app",
        host=host,
        port=port,
        reload=reload,
        loop="uvloop",
        http="fastapi_impl.config.protocol:HttpProtocol",
        ws="fastapi_impl.config.websockets:WebSocketProtocol",
        ws_max_size=SOCKETS["max_message_bytes"],
        ws_per_message_deflate=False,
        proxy_headers=False,
        log_config=str(LOG_CONFIG),
        access_log=False,
    )
    # --8<-- [end:run]


@app.command()
def relay() -> None:
    """Hand the tasks of events to Celery until SIGTERM or Ctrl-C."""
    asyncio.run(_relay())


async def _relay() -> None:
    # Not at the top: these read the environment.
    from fastapi_impl.config.celery import app as celery_app
    from fastapi_impl.config.celery import configure_worker_logging
    from fastapi_impl.notifications.relay import run

    configure_worker_logging()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        await run(celery_app, stopped)
    finally:
        await get_engine().dispose()


@app.command()
def shell(
    command: Annotated[str | None, typer.Option("--command", "-c", help="Run this code instead.")] = None,
) -> None:
    """Open a Python shell with all models, `select`, and a `session`. `await` works at the prompt."""
    raise typer.Exit(Shell().run(command))


# --8<-- [start:createsuperuser]
@app.command()
def createsuperuser(
    email: Annotated[str, typer.Option(prompt="E-mail address", help="The e-mail address, which must be unique.")],
    full_name: Annotated[str, typer.Option(prompt="Full name", help="The full name.")],
    password: Annotated[
        str,
        typer.Option(
            prompt="Password",
            hide_input=True,
            confirmation_prompt=True,
            envvar="SUPERUSER_PASSWORD",
            help="The password. On the command line other users of the machine can see it.",
        ),
    ],
) -> None:
    """Create a user who is staff and a superuser."""
    try:
        registration = Registration(email=email, full_name=full_name, password=password)
        asyncio.run(_create_superuser(registration))
    except ValidationError as error:
        _reject([field_error({**details, "loc": ("body", *details["loc"])}) for details in error.errors()])
    except InvalidRequest as error:
        _reject(error.errors)
    except (DatabaseUnavailable, SQLAlchemyError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        typer.echo(f"The user was not stored: {reason}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Created the superuser {registration.email}.")
    # --8<-- [end:createsuperuser]


async def _create_superuser(registration: Registration) -> None:
    try:
        async with get_write_sessionmaker().begin() as session:
            user = await services.register(session, **dict(registration))
            user.is_staff = user.is_superuser = True
    finally:
        await get_engine().dispose()


def _reject(errors: Sequence[FieldError]) -> None:
    for error in errors:
        typer.echo(f"{error.pointer.removeprefix('/')}: {error.message}", err=True)
    raise typer.Exit(BAD_INPUT)
