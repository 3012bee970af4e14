"""The worker, a subclass of gunicorn's ThreadWorker. Its main loop receives requests and sends responses.

Methods that begin with an underscore belong to this class, except `_keepalive_after`, which is gunicorn's.
"""

import errno
import selectors
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from django_impl.config.server.connection import Connection
from django_impl.config.server.framing import InvalidRemainder
from django_impl.contract import load

# The limit for receiving a request, and for sending a response, from the first byte to the last.
TRANSFER_SECONDS: int = load("settings.yaml")["http"]["request_timeout_seconds"]
# The limit for a client to close its side after the last response. What it sends is discarded (RFC 9112, 9.6).
LINGER_SECONDS = 2
# The limit for all unfinished requests and unsent responses together.
MAX_BUFFERED_BYTES = 64 * 1024 * 1024
# Each has a thread, and so a database connection, of its own: it does not wait for requests of the shop.
DEDICATED_THREAD_PATHS = ("/healthz", "/metrics", "/readyz")
OUT_OF_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class BufferedThreadWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """Passes complete requests to threads. The main loop receives requests and sends responses without blocking."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cfg.set("sendfile", False)  # sendfile would block until the client has read the file
        self.lingering_conns: deque[Connection] = deque()
        self.dedicated_pools: dict[str, ThreadPoolExecutor] = {}

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Return gunicorn's pool, and create a pool of one thread for each path of DEDICATED_THREAD_PATHS."""
        self.dedicated_pools = {path: ThreadPoolExecutor(1) for path in DEDICATED_THREAD_PATHS}
        pool: ThreadPoolExecutor = super().get_thread_pool()
        return pool

    # In gunicorn a thread reads from the client, and cannot serve others while it waits (gunicorn#3301, #3518, #3519).
    def accept(self, listener: Any) -> None:
        """Accept a connection, and serve its request if that has arrived."""
        try:
            client_socket, address = listener.accept()
        except OSError as error:
            if error.errno in OUT_OF_RESOURCES:
                self._drop_longest_waiting()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self.on_readable(Connection(self.cfg, client_socket, address, listener.getsockname()))

    def on_readable(self, conn: Connection) -> None:
        """Receive, and serve the request if it is complete."""
        conn.receive()
        self._serve_or_wait(conn)

    def _serve_or_wait(self, conn: Connection) -> None:
        try:
            has_request = conn.has_request()
        except InvalidRemainder:
            self._linger(conn)
            return
        except Exception as error:  # gunicorn's errors of parsing have no common base class
            self._reject(conn, error)
            return
        if has_request:
            self._stop_waiting(conn)
            self.enqueue_req(conn)
        elif conn.has_hung_up:
            self._drop(conn)
        elif conn.is_idle:
            self._wait(conn, self.keepalived_conns, self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER)
        else:
            self._wait(conn, self.pending_conns, TRANSFER_SECONDS)

    def enqueue_req(self, conn: Connection) -> None:
        """Pass the request to a thread."""
        pool: ThreadPoolExecutor = self.dedicated_pools.get(conn.request.path if conn.request else "") or self.tpool
        pool.submit(self.handle, conn).add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def handle(self, conn: Connection) -> bool:
        """Serve the request, in a thread. Return whether the connection stays open."""
        keeps_alive = bool(super().handle(conn))
        try:
            conn.flush()
        except OSError:
            return False
        return keeps_alive

    # Private API of gunicorn: it would read the rest of the body here, in the thread. The main loop does that.
    def _keepalive_after(self, _conn: Connection, keepalive: bool) -> bool:
        return keepalive

    def finish_request(self, conn: Connection, future: "Future[bool]") -> None:
        """Continue with a connection when its thread has finished."""
        conn.keeps_alive = not future.cancelled() and future.exception() is None and future.result()
        self._after_response(conn)

    def on_writable(self, conn: Connection) -> None:
        """Send more of a response."""
        try:
            conn.flush()
        except OSError:
            self._drop(conn)
            return
        if not conn.unsent:
            self._stop_waiting(conn)
            self._after_response(conn)

    def _after_response(self, conn: Connection) -> None:
        if conn.unsent:
            self._wait(conn, self.pending_conns, TRANSFER_SECONDS, selectors.EVENT_WRITE)
        elif conn.keeps_alive:
            conn.finish()
            self._serve_or_wait(conn)
        else:
            self._linger(conn)

    def _linger(self, conn: Connection) -> None:
        # gunicorn's close_graceful() would block the main loop until the client closes.
        try:
            conn.stop_sending()
        except OSError:
            self._drop(conn)
        else:
            self._wait(conn, self.lingering_conns, LINGER_SECONDS)

    def on_lingering(self, conn: Connection) -> None:
        """Discard what the client sends, until it closes the connection."""
        conn.receive()
        conn.data.clear()
        if conn.has_hung_up:
            self._drop(conn)

    def _reject(self, conn: Connection, error: Exception) -> None:
        self._stop_waiting(conn)
        self.handle_error(None, conn, conn.client, error)
        conn.keeps_alive = False
        try:
            conn.flush()
        except OSError:
            self._drop(conn)
        else:
            self._after_response(conn)

    def _wait(
        self, conn: Connection, queue: "deque[Connection]", seconds: float, event: int = selectors.EVENT_READ
    ) -> None:
        if conn.queue is queue:
            return  # its time-out does not start again
        self._stop_waiting(conn)
        conn.timeout = time.monotonic() + seconds
        conn.queue = queue
        queue.append(conn)
        reading = self.on_lingering if queue is self.lingering_conns else self.on_readable
        self.poller.register(conn, event, self.on_writable if event == selectors.EVENT_WRITE else reading)

    def _stop_waiting(self, conn: Connection) -> None:
        if conn.queue is not None:
            conn.queue.remove(conn)
            conn.queue = None
            self.poller.unregister(conn)

    def _drop(self, conn: Connection) -> None:
        self._stop_waiting(conn)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close connections whose time is over, and the oldest ones while a limit is exceeded."""
        super().murder_pending()
        now = time.monotonic()
        while self.lingering_conns and self.lingering_conns[0].timeout <= now:
            self._drop(self.lingering_conns[0])
        buffered = sum(conn.buffered_bytes for conn in self.pending_conns)
        while buffered > MAX_BUFFERED_BYTES:
            buffered -= self.pending_conns[0].buffered_bytes
            self._drop(self.pending_conns[0])
        while self.nr_conns >= self.worker_connections and self._drop_longest_waiting():
            pass

    def _drop_longest_waiting(self) -> bool:
        for queue in (self.lingering_conns, self.keepalived_conns, self.pending_conns):
            if queue:
                self._drop(queue[0])
                return True
        return False
