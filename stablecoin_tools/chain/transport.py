"""JSON-RPC over HTTP, plain: one POST, one answer, no retries."""

from __future__ import annotations

import itertools
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from stablecoin_tools.errors import ConfigError, NodeRefused, RateLimited, Unreachable
from stablecoin_tools.json_texts import TooDeep, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import requests

__all__ = ["HttpTransport", "Transport", "is_refusing_status"]

_HIDDEN: Final = "<hidden>"
_TELLING: Final = 8  # characters: shorter words in a URL, such as v3 or eth, are no secrets
_SEPARATORS: Final = re.compile("[/&;=]")
_HEX: Final = re.compile(r"0x[0-9a-fA-F]*", re.ASCII)
_OWN_WORDS: Final = ("jsonrpc", "id", "result", "error", "code", "message", "data")
_ASK_AGAIN: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


class Transport(Protocol):
    """What `HttpChain` speaks through; every provider of web3 is one too.

    A transport may have `make_batch_request` besides, as `HttpTransport` and web3's providers do.
    """

    def make_request(self, method: Any, params: Any) -> Any:
        """Sends one JSON-RPC request; answers the whole response object, `result` or `error` in it."""


class HttpTransport:
    """A JSON-RPC endpoint over HTTP.

    It never retries: a repeated read is the caller's choice, and a repeated send is the transaction manager's.

    Args:
        url: The endpoint. It may hold an access key, so it never appears in an error or a `repr`; where the node's
            own words hold a telling part of it, `<hidden>` stands instead.
        timeout_seconds: How long to wait for each answer.

    Raises:
        ConfigError: If the URL is none.
    """

    def __init__(self, url: str, *, timeout_seconds: float = 30) -> None:
        import requests

        if not url.startswith(("http://", "https://")):
            raise ConfigError("The RPC URL must begin with http:// or https://.")
        self._url = url
        self._veil = _Veil(url)
        self._timeout_seconds = timeout_seconds
        self._session = requests.Session()
        self._ids = itertools.count(1)

    def __repr__(self) -> str:
        return "HttpTransport(<url>)"

    def make_request(self, method: str, params: Any) -> Any:
        """Sends one request.

        Raises:
            Unreachable: If there is no answer, or none that is JSON.
            RateLimited: If the answer is HTTP status 429.
        """
        answer = self._json(self._post(self._request(method, params), method))
        if not isinstance(answer, dict):
            raise NodeRefused("The node answers something else than a JSON-RPC response.")
        return answer

    def make_batch_request(self, batch_requests: Sequence[tuple[str, Any]]) -> Any:
        """Sends many requests in one POST.

        Args:
            batch_requests: Each one's method and parameters.

        Returns:
            The response objects in the order of the requests, by whatever order they came; None for each that did not
            come, or came twice. Or what the node answers instead of a list: most likely one error for all.

        Raises:
            Unreachable: If there is no answer, or none that is JSON.
            RateLimited: If the answer is HTTP status 429.
            NodeRefused: If another HTTP status says that the node takes no batches.
        """
        requests = [self._request(method, params) for method, params in batch_requests]
        response = self._post(requests, "a batch")
        try:
            answers = self._json(response)
        except Unreachable:
            if is_refusing_status(response.status_code):
                raise NodeRefused(f"The node takes no batches (HTTP status {response.status_code}).") from None
            raise
        if not isinstance(answers, list):
            return answers
        return _by_id(answers, [request["id"] for request in requests])

    def _request(self, method: str, params: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}

    def _post(self, body: Any, asked: str) -> requests.Response:
        import requests

        try:
            return self._session.post(self._url, json=body, timeout=self._timeout_seconds)
        except requests.Timeout:
            raise Unreachable(f"The node did not answer {asked} in {self._timeout_seconds} s.") from None
        except (requests.RequestException, ValueError) as error:
            # The library's own message names the URL, and with it the access key: only the kind of error is told.
            raise Unreachable(f"The node cannot be reached: {type(error).__name__}.") from None

    def _json(self, response: requests.Response) -> Any:
        return self._veil.over(_json(response), response.content)


class _Veil:
    """What of a URL nobody is to read, and how it is taken out of a node's answers."""

    def __init__(self, url: str) -> None:
        parts = sorted(_telling_parts(url), key=len, reverse=True)
        self._as_sent = [part.lower().encode(errors="replace") for part in parts]
        self._parts = re.compile("|".join(map(_spelled, parts)) or "(?!)", re.ASCII | re.IGNORECASE)

    def over(self, answer: Any, text: bytes) -> Any:
        """The answer without these parts; `text` is what it was read from."""
        lowered = text.lower()
        if b"\\" in text or any(part in lowered for part in self._as_sent):  # hardly any: most answers are not walked
            return self._over(answer, keeps_hex=True)
        return answer

    def _over(self, said: Any, *, keeps_hex: bool) -> Any:
        if isinstance(said, str):  # numbers and bytes hold no key, though the letters of a short one may be in them
            return said if keeps_hex and _HEX.fullmatch(said) else self._parts.sub(_HIDDEN, said)
        if isinstance(said, list):
            return [self._over(each, keeps_hex=keeps_hex) for each in said]
        if isinstance(said, dict):
            return {name: self._over(of, keeps_hex=keeps_hex and name != "error") for name, of in self._named(said)}
        return said

    def _named(self, said: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, of in said.items():
            yield name if name in _OWN_WORDS else self._parts.sub(_HIDDEN, name), of


def is_refusing_status(status: int) -> bool:
    """Whether an HTTP status says that this request will never do; to others the answer may change by itself."""
    is_client_error = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return is_client_error and status not in _ASK_AGAIN


def _telling_parts(url: str) -> set[str]:
    """The telling parts of a URL, as they are written, as they are sent, and as a node may read them."""
    import requests

    try:
        sent = requests.Request("POST", url).prepare()
        found = {sent.headers.get("Authorization", "").removeprefix("Basic ")}
        found |= _parts_of(url) | _parts_of(sent.url or "")
        ways = (str, unquote, unquote_plus, _quoted)
        return {form for part in found for form in (way(part) for way in ways) if any(map(str.isalnum, form))}
    except (requests.RequestException, ValueError):  # then nothing can be sent to it
        return set()


def _parts_of(url: str) -> set[str]:
    named = urlsplit(url)
    user_info = named.netloc.rpartition("@")[0]
    user, _, password = user_info.partition(":")
    pieces = {user, named.path.strip("/"), *_SEPARATORS.split(named.path), *_SEPARATORS.split(named.query)}
    long = {piece for piece in pieces if len(piece) >= _TELLING}
    return {user_info, password, named.path.rstrip("/"), named.query} | long


def _quoted(part: str) -> str:
    return quote(part, safe="")


def _spelled(part: str) -> str:
    """What finds a part: anywhere, if it is long; else as a word, for others mean the same letters."""
    if len(part) >= _TELLING:
        return re.escape(part)
    return (r"(?<!\w)" if part[0].isalnum() else "") + re.escape(part) + r"(?!\w)"


def _by_id(answers: list[Any], ids: list[int]) -> Any:
    """The answers in the order of these ids; or the error that answers none of them, and so is meant for all."""
    found: dict[Any, Any] = {}
    for answer in answers:
        number = answer.get("id") if isinstance(answer, dict) else None
        if number is None and isinstance(answer, dict) and answer.get("error") is not None:
            return answer
        if type(number) is int:
            found[number] = None if number in found else answer
    return [found.get(number) for number in ids]


def _json(response: requests.Response) -> Any:
    """The answer's JSON, which is UTF-8 by its own rule."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited("The node answers: too many requests.")
    try:
        return read_json(response.content)
    except TooDeep:
        raise Unreachable("The node answers nothing that can be read: it is nested too deeply.") from None
    except ValueError:
        raise Unreachable(f"The node answers no JSON (HTTP status {response.status_code}).") from None
