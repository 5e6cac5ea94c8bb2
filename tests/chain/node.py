"""A node on this machine that answers as it is told, over real HTTP."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCESS_KEY = "s3cr3t-access-key"


@dataclass
class Answer:
    """One HTTP answer; `held` keeps it back until the node is stopped, `cut` breaks it off in the middle."""

    body: bytes
    status: int = 200
    held: bool = False
    cut: bool = False


@dataclass
class ScriptedNode:
    """What the node says, by method; what it was asked stands in `asked`, and as it came in `posts`.

    A batch is answered member by member; `batch` takes the members and says something else instead.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    batch: Callable[[list[dict[str, Any]]], Answer] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list, repr=False)
    posts: list[Any] = field(default_factory=list, repr=False)
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def results(self, **results: Any) -> None:
        """Answers these methods with these results."""
        self.answers |= {
            method: answered({"jsonrpc": "2.0", "id": 1, "result": value}) for method, value in results.items()
        }

    def errors(self, **errors: Any) -> None:
        """Answers these methods with these JSON-RPC errors."""
        self.answers |= {
            method: answered({"jsonrpc": "2.0", "id": 1, "error": value}) for method, value in errors.items()
        }

    def members(self, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What an honest node answers to a batch."""
        return [json.loads(self.answers[one["method"]].body) | {"id": one["id"]} for one in requests]

    def take(self, body: Any) -> Answer:
        """Answers one POST."""
        self.posts.append(body)
        self.asked += body if isinstance(body, list) else [body]
        if not isinstance(body, list):
            return self.answers[body["method"]]
        return self.batch(body) if self.batch else answered(self.members(body))


def answered(value: Any, *, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)


@contextmanager
def running_node() -> Iterator[ScriptedNode]:
    """A node of the development chain on a free port, with an access key in its URL."""
    node = ScriptedNode()
    node.results(eth_chainId="0x7a69")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            answer = node.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if answer.held:
                node.stopped.wait(timeout=30)
                return
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(answer.body) + (100 if answer.cut else 0)))
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = answer.cut

        def log_message(self, *_: Any) -> None:
            """Says nothing: tests read what was asked in `node.asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    node.url = f"http://127.0.0.1:{server.server_port}/v3/{ACCESS_KEY}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield node
    finally:
        node.stopped.set()
        server.shutdown()
        server.server_close()
