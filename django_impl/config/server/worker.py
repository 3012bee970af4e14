"""gunicorn's threaded worker, whose threads and main loop never wait for a client.

See decision 22: A gunicorn worker that buffers requests and responses.
"""

import errno
import selectors
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from django_impl.config.server.connection import Connection
from django_impl.config.server.framing import BrokenRemainder
from django_impl.contract import load

# For a request to arrive, or an answer to be read, from its first byte to its last.
TRANSFER_SECONDS: int = load("settings.yaml")["http"]["request_timeout_seconds"]
# For a client to close after the answer that said so; until then its bytes are discarded (RFC 9112, 9.6).
LINGER_SECONDS = 2
# What all unfinished requests and unread answers may hold together.
MAX_HELD_BYTES = 64 * 1024 * 1024
# Each has a thread of its own, and so a database connection where it needs one: it never waits behind the shop's.
OWN_THREAD_PATHS = ("/healthz", "/readyz")
CAUSES_OF_FULLNESS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class BufferedThreadWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """Threads get whole requests and hand back whole answers; the main loop receives and sends what clients let it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cfg.set("sendfile", False)  # it would wait for the client
        self.lingering_conns: deque[Connection] = deque()
        self.own_pools: dict[str, ThreadPoolExecutor] = {}

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Make the pools: gunicorn's, and one for each path that has its own thread."""
        self.own_pools = {path: ThreadPoolExecutor(1) for path in OWN_THREAD_PATHS}
        pool: ThreadPoolExecutor = super().get_thread_pool()
        return pool

    # gunicorn#3518, #3519, #3301: a thread that reads from a slow client serves no other client.
    def accept(self, listener: Any) -> None:
        """Take a new connection, and its request if that has come with it."""
        try:
            client_socket, address = listener.accept()
        except OSError as error:
            if error.errno in CAUSES_OF_FULLNESS:
                self._drop_longest_waiting()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self.on_readable(Connection(self.cfg, client_socket, address, listener.getsockname()))

    def on_readable(self, conn: Connection) -> None:
        """Receive, and serve the request if it is whole now."""
        conn.receive()
        self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        try:
            has_request = conn.has_request()
        except BrokenRemainder:
            self._linger(conn)
            return
        except Exception as error:  # gunicorn's refusals have no class in common
            self._refuse(conn, error)
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
        """Have a thread serve the request."""
        pool: ThreadPoolExecutor = self.own_pools.get(conn.request.path if conn.request else "") or self.tpool
        pool.submit(self.handle, conn).add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def handle(self, conn: Connection) -> bool:
        """Serve a request in a thread; tell whether the connection goes on."""
        keeps_alive = bool(super().handle(conn))
        try:
            conn.flush()
        except OSError:
            return False
        return keeps_alive

    def _keepalive_after(self, _conn: Connection, keepalive: bool) -> bool:
        return keepalive  # what is left of the body is the main loop's

    def finish_request(self, conn: Connection, future: "Future[bool]") -> None:
        """Go on with a connection that a thread is done with."""
        conn.keeps_alive = not future.cancelled() and future.exception() is None and future.result()
        self._after_answer(conn)

    def on_writable(self, conn: Connection) -> None:
        """Send more of an answer."""
        try:
            conn.flush()
        except OSError:
            self._drop(conn)
            return
        if not conn.unsent:
            self._stop_waiting(conn)
            self._after_answer(conn)

    def _after_answer(self, conn: Connection) -> None:
        if conn.unsent:
            self._wait(conn, self.pending_conns, TRANSFER_SECONDS, selectors.EVENT_WRITE)
        elif conn.keeps_alive:
            conn.finish()
            self._go_on(conn)
        else:
            self._linger(conn)

    def _linger(self, conn: Connection) -> None:
        # gunicorn's close_graceful() waits for the client, in the loop that accepts all others.
        try:
            conn.stop_sending()
        except OSError:
            self._drop(conn)
        else:
            self._wait(conn, self.lingering_conns, LINGER_SECONDS)

    def on_lingering(self, conn: Connection) -> None:
        """Discard what a client still sends, until it closes."""
        conn.receive()
        conn.data.clear()
        if conn.has_hung_up:
            self._drop(conn)

    def _refuse(self, conn: Connection, error: Exception) -> None:
        self._stop_waiting(conn)
        self.handle_error(None, conn, conn.client, error)
        conn.keeps_alive = False
        try:
            conn.flush()
        except OSError:
            self._drop(conn)
        else:
            self._after_answer(conn)

    def _wait(
        self, conn: Connection, queue: "deque[Connection]", seconds: float, event: int = selectors.EVENT_READ
    ) -> None:
        if conn.queue is queue:
            return  # for the rest of the time that it was given
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
        """Close what has waited too long, and the longest waiting where too much is held."""
        super().murder_pending()
        now = time.monotonic()
        while self.lingering_conns and self.lingering_conns[0].timeout <= now:
            self._drop(self.lingering_conns[0])
        held = sum(conn.held_bytes for conn in self.pending_conns)
        while held > MAX_HELD_BYTES:
            held -= self.pending_conns[0].held_bytes
            self._drop(self.pending_conns[0])
        while self.nr_conns >= self.worker_connections and self._drop_longest_waiting():
            pass

    def _drop_longest_waiting(self) -> bool:
        for queue in (self.lingering_conns, self.keepalived_conns, self.pending_conns):
            if queue:
                self._drop(queue[0])
                return True
        return False
