"""A web service on this machine that answers as it is told, over real HTTP, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from stablecoin_tools.deployment.publishing import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator

API_KEY = "K3Y/with+odd&signs"
JOB = "72d12273-0723-448e-a9f6-f7957128efa5"
GUID = "x3ryqcqr1zdknhfhkimqmizlcqpxncqc6nrvp3pgrcpfsqedqi"


@dataclass
class Reply:
    """One HTTP answer; `held` keeps it back until the service is stopped, `cut` breaks it off, `dripped` never ends."""

    body: bytes
    status: int = 200
    location: str = ""
    held: bool = False
    cut: bool = False
    dripped: bool = False


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class ScriptedService:
    """Gives these replies in their order, the last of them again and again."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def says(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def take(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def patience(clock: Clock, **changes: Any) -> Patience:
    return replace(Patience(answer_seconds=5, job_seconds=60, clock=clock, sleep=clock.sleep), **changes)


def answered(value: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(value).encode(), status)


def sourcify_accepted(job: str = JOB) -> Reply:
    return answered({"verificationId": job}, 202)


def sourcify_job(match: str | None = None, *, error: dict[str, str] | None = None, done: bool = True) -> Reply:
    """As the API's own examples: pending, done, or failed."""
    contract = {"match": match, "creationMatch": match, "runtimeMatch": match, "chainId": "31337"}
    told = {"isJobCompleted": done, "verificationId": JOB, "jobStartTime": "2025-05-20T07:24:00Z", "contract": contract}
    return answered(told | ({"error": error} if error else {}))


def sourcify_error(code: str, message: str, status: int) -> Reply:
    return answered({"customCode": code, "message": message, "errorId": JOB}, status)


def etherscan(result: Any, *, ok: bool = False) -> Reply:
    """Whatever Etherscan has to say, it says with HTTP status 200."""
    return answered({"status": "1" if ok else "0", "message": "OK" if ok else "NOTOK", "result": result})


@contextmanager
def running_service() -> Iterator[ScriptedService]:
    """A service on a free port."""
    service = ScriptedService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._reply(b"")

        def _reply(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            reply = service.take(Asked(self.command, parts.path, query, body))
            if reply.held:
                service.stopped.wait(timeout=30)
                return
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body) + (100 if reply.cut or reply.dripped else 0)))
            if reply.location:
                self.send_header("Location", reply.location)
            self.end_headers()
            self.close_connection = reply.cut or reply.dripped
            self.wfile.write(reply.body)
            while reply.dripped and not service.stopped.wait(timeout=0.05):
                self.wfile.write(b" ")
                self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            """Says nothing: tests read what was asked in `service.asked`."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Says nothing either: who asked has heard enough, and hung up."""

    server = Server(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield service
    finally:
        service.stopped.set()
        server.shutdown()
        server.server_close()
