"""JSON-RPC over HTTP, plain: one POST, one answer, no retries."""

from __future__ import annotations

import itertools
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from stablecoin_tools.errors import ConfigError, NodeRefused, RateLimited, Unreachable

if TYPE_CHECKING:
    import requests

__all__ = ["HttpTransport", "Transport"]


class Transport(Protocol):
    """What `HttpChain` speaks through; every provider of web3 is one too."""

    def make_request(self, method: Any, params: Any) -> Any:
        """Sends one JSON-RPC request; answers the whole response object, `result` or `error` in it."""


class HttpTransport:
    """A JSON-RPC endpoint over HTTP.

    It never retries: a repeated read is the caller's choice, and a repeated send is the transaction manager's.

    Args:
        url: The endpoint. It may hold an access key, so it never appears in an error or a `repr`.
        timeout_seconds: How long to wait for each answer.

    Raises:
        ConfigError: If the URL is none.
    """

    def __init__(self, url: str, *, timeout_seconds: float = 30) -> None:
        import requests

        if not url.startswith(("http://", "https://")):
            raise ConfigError("The RPC URL must begin with http:// or https://.")
        self._url = url
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
        response = self._post({"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params})
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise RateLimited("The node answers: too many requests.")
        try:
            answer = json.loads(response.content)
        except (ValueError, RecursionError):
            raise Unreachable(f"The node answers no JSON (HTTP status {response.status_code}).") from None
        if not isinstance(answer, dict):
            raise NodeRefused("The node answers something else than a JSON-RPC response.")
        return answer

    def _post(self, request: dict[str, Any]) -> requests.Response:
        import requests

        try:
            return self._session.post(self._url, json=request, timeout=self._timeout_seconds)
        except requests.Timeout:
            raise Unreachable(f"The node did not answer {request['method']} in {self._timeout_seconds} s.") from None
        except (requests.RequestException, ValueError) as error:
            # The library's own message names the URL, and with it the access key: only the kind of error is told.
            raise Unreachable(f"The node cannot be reached: {type(error).__name__}.") from None
