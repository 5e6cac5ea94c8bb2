"""A web service asked over HTTP: bounded answers, no redirects, and nothing secret in any error, `repr` or log."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from stablecoin_tools.errors import ConfigError, DeploymentError, Moved, RateLimited, Unreachable
from stablecoin_tools.json_texts import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

__all__ = ["AGAIN", "Answer", "Patience", "Pending", "Service", "refused"]

T = TypeVar("T")

_MAX_BYTES: Final = 4 * 2**20
"""Sourcify's errors repeat all code, on the chain and recompiled."""

_PIECE_BYTES: Final = 2**16
_MAX_WORDS: Final = 300
AGAIN: Final = "The proof of the coin stands all the same: publish it again later, nothing is done twice."
"""What to do where a service is not at hand now."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a service is waited for.

    Attributes:
        answer_seconds: For each answer.
        job_seconds: For what it takes its time for: compiling, mostly.
        poll_seconds: Between two questions.
        clock: The time in seconds; only differences count.
        sleep: Waits for so many seconds.
    """

    answer_seconds: float = 30
    job_seconds: float = 300
    poll_seconds: float = 3
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: an HTTP status, and JSON."""

    status: int
    content: Any


@dataclass(frozen=True, slots=True)
class Pending:
    """Not done yet, in the service's own words."""

    words: str


class Service:
    """One service.

    Args:
        name: What it is called, in errors.
        url: Where it is. It may hold a key: it never appears in an error.
        patience: How long it is waited for.
        secret: A key that is sent to it; where the service's own words hold it, `<hidden>` stands instead.

    Raises:
        ConfigError: If the URL is none.
    """

    def __init__(self, name: str, url: str, patience: Patience, *, secret: str = "") -> None:
        import requests

        if not url.startswith(("http://", "https://")):
            raise ConfigError(f"The URL of {name} must begin with http:// or https://.")
        self.name = name
        self._url = url.rstrip("/")
        self._patience = patience
        self._hidden = [each for each in (secret, quote(secret, safe=""), url) if each]
        self._session = requests.Session()

    def __repr__(self) -> str:
        return f"Service({self.name!r})"

    def get(self, path: str) -> Answer:
        """Asks; see `post` for what it raises."""
        return self._ask("GET", path)

    def post(
        self,
        path: str = "",
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        """Hands something in.

        Args:
            path: Where, behind the service's URL.
            query: What goes into the URL, which logs of HTTP may hold: nothing secret.
            form: What goes as a form.
            body: What goes as JSON.

        Raises:
            Unreachable: If there is no answer, one that cannot be read, or one that says that the service is broken.
            RateLimited: If the answer is HTTP status 429.
        """
        return self._ask("POST", path, params=query, data=form, json=body)

    def until(self, attempt: Callable[[], T | Pending], *, over_trouble: bool) -> T:
        """Tries until it is done; a service that says that it is asked too often is asked again in any case.

        Args:
            attempt: What is tried.
            over_trouble: Whether to try again where no answer came: only where trying twice does nothing twice.

        Raises:
            Unreachable, RateLimited: If that is how it stands when patience ends.
            DeploymentError: If it is not done by then.
        """
        patience = self._patience
        ends = patience.clock() + patience.job_seconds
        while True:
            trouble: Unreachable | RateLimited | None = None
            words = ""
            try:
                found = attempt()
            except RateLimited as error:
                trouble = error
            except Unreachable as error:
                if not over_trouble:
                    raise
                trouble = error
            else:
                if not isinstance(found, Pending):
                    return found
                words = self.readable(found.words)
            if patience.clock() + patience.poll_seconds > ends:
                raise trouble or refused(f"{self.name} is not done in {patience.job_seconds:g} s: {words}.", AGAIN)
            patience.sleep(patience.poll_seconds)

    def readable(self, words: Any) -> str:
        """Words of the service as they can be shown: in one line, not too long, and without what is secret."""
        text = words if isinstance(words, str) else json.dumps(words)
        for each in self._hidden:
            text = text.replace(each, "<hidden>")
        line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
        return (line if len(line) <= _MAX_WORDS else f"{line[:_MAX_WORDS]} …").rstrip(".")

    def _ask(self, method: str, path: str, **sent: Any) -> Answer:
        status, text = self._fetch(method, path, **sent)
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise Unreachable(f"{self.name} answers that it is somewhere else (HTTP status {status}).", hint=AGAIN)
        content = _read(text)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise RateLimited(self._said(f"{self.name} answers: too many requests", content), hint=AGAIN)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unreachable(self._said(f"{self.name} is out of order (HTTP status {status})", content), hint=AGAIN)
        if content is None:
            raise Unreachable(f"{self.name} answers nothing that can be read (HTTP status {status}).", hint=AGAIN)
        return Answer(status, content)

    def _fetch(self, method: str, path: str, **sent: Any) -> tuple[int, bytes]:
        import requests
        from urllib3.exceptions import HTTPError

        seconds = self._patience.answer_seconds
        ends = self._patience.clock() + seconds
        try:
            with self._session.request(
                method, self._url + path, timeout=seconds, stream=True, allow_redirects=False, **sent
            ) as response:
                return response.status_code, self._body(response, ends)
        except requests.Timeout:
            raise Unreachable(f"{self.name} did not answer in {seconds:g} s.", hint=AGAIN) from None
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            # The libraries' own messages name the URL: only the kind of error is told.
            raise Unreachable(f"{self.name} cannot be reached: {type(error).__name__}.", hint=AGAIN) from None

    def _body(self, response: requests.Response, ends: float) -> bytes:
        body = b""
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
            body += piece
            if len(body) > _MAX_BYTES:
                raise Unreachable(f"{self.name} answers more than {_MAX_BYTES // 2**20} MiB.", hint=AGAIN)
            if self._patience.clock() > ends:
                seconds = self._patience.answer_seconds
                raise Unreachable(f"{self.name} did not end its answer in {seconds:g} s.", hint=AGAIN)
        return body

    def _said(self, what: str, content: Any) -> str:
        words = content.get("message") if isinstance(content, dict) else None
        return f"{what}: {self.readable(words)}." if words else f"{what}."


def refused(message: str, hint: str = "") -> DeploymentError:
    """The error of a service that says no: nothing moved on the chain by it."""
    error = DeploymentError(message, hint=hint)
    error.moved = Moved.NO
    return error


def _read(text: bytes) -> Any:
    """The JSON of an answer; None if it is none."""
    try:
        return read_json(text)
    except ValueError:
        return None
