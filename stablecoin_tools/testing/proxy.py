"""An HTTP server that stands before a node and hands each body to a function. It knows nothing of JSON-RPC."""

from __future__ import annotations

import select
import socket
import sys
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from urllib.parse import SplitResult

__all__ = ["Line", "Proxy", "Reply"]

_NODE_SECONDS: Final = 60
_POLL_SECONDS: Final = 0.05


class Reply(NamedTuple):
    """An HTTP answer: its body, its status, and whether the body is JSON or else HTML."""

    body: bytes
    status: int = 200
    is_json: bool = True


class Line:
    """A connection to the node that is kept open; each thread has its own."""

    def __init__(self, target: SplitResult) -> None:
        self._connection = HTTPConnection(target.hostname or "", target.port, timeout=_NODE_SECONDS)
        self._path = (target.path or "/") + (f"?{target.query}" if target.query else "")

    def send(self, body: bytes) -> bytes:
        """The node's answer to one POST, whatever its status.

        Raises:
            OSError: If the node cannot be reached.
            HTTPException: If it does not speak HTTP.
        """
        self._leave_if_dead()
        try:
            self._connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            return self._connection.getresponse().read()
        except (OSError, HTTPException):
            self._connection.close()
            raise

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()

    def _leave_if_dead(self) -> None:
        """A node that was restarted has closed the connection: what can be read from it now is its end."""
        if self._connection.sock and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()


class Proxy(ThreadingHTTPServer):
    """Serves on a free port until `end`, which leaves no thread and no socket behind.

    Args:
        target: The node.
        answer: Told a body, and a line to the node, it says what comes back; None closes the connection unanswered, as
            do OSError, HTTPException and ValueError.
    """

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, target: SplitResult, answer: Callable[[bytes, Line], Reply | None]) -> None:
        self.target = target
        self.answer = answer
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()

    def end(self) -> None:
        """Hangs up on everybody and waits until every thread has ended."""
        self.shutdown()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """As the base does; remembers the connection."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """As the base does; forgets the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that hang up, and prints whatever else went wrong."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy

    def setup(self) -> None:
        super().setup()
        self._line = Line(self.server.target)

    def finish(self) -> None:
        self._line.close()
        super().finish()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            reply = self.server.answer(body, self._line)
        except (OSError, HTTPException, ValueError):  # the node is gone, or answers nothing that can be read
            reply = None
        if reply is None:
            self.close_connection = True
            return
        kind = "application/json" if reply.is_json else "text/html"
        head = f"HTTP/1.1 {reply.status} \r\nContent-Type: {kind}\r\nContent-Length: {len(reply.body)}\r\n\r\n"
        self.wfile.write(head.encode() + reply.body)

    def log_message(self, *_: Any) -> None:
        """Says nothing: the story is told elsewhere."""
