"""The ASGI application for WebSockets, in a process of its own beside gunicorn."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.config.settings.sockets")

from django_impl.config.asgi import application as http  # noqa: I001 - it calls django.setup()
from django_impl.common.http.handshakes import respond
from django_impl.contract import SOCKETS
from django_impl.notifications.websockets import NotificationsConsumer


async def ignore_upgrade(scope: dict[str, Any], _receive: object, send: Any) -> None:
    """Respond to a handshake at a path that has no WebSocket."""
    await respond(http, scope, send)


# --8<-- [start:routing]
socket: Any = NotificationsConsumer.as_asgi()
routes: Any = [path(SOCKETS["path"].removeprefix("/"), socket), re_path("", ignore_upgrade)]  # type: ignore[arg-type] # Channels uses Django's patterns for ASGI applications
application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(routes)})
# --8<-- [end:routing]
