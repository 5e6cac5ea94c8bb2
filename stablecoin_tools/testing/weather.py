"""What befalls a request on its way to a node and back. Pure: seed and request in, fate out."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, fields
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from stablecoin_tools.errors import UsageError

__all__ = [
    "BATCH",
    "CALM",
    "HURRICANE",
    "ROUGH",
    "WHILE",
    "Fate",
    "Happening",
    "Trouble",
    "Weather",
    "What",
    "fate",
    "fate_of",
    "lie_about",
    "request_digest",
    "trouble_of",
]

BATCH: Final = "batch"
"""Stands for the method where a JSON-RPC batch meets its fate as a whole; the requests in it then meet their own."""
WHILE: Final = 4
"""How many questions in a row a lie lasts, and how many answers ago a stale one is from, at most."""


class What(enum.Enum):
    """What befalls a request."""

    NOTHING = "it is answered as the node answers"
    DROP_REQUEST = "the node never sees it; the connection is closed"
    DROP_ANSWER = "the node answers, and nobody hears it; the connection is closed"
    DELAY = "it reaches the node late"
    DUPLICATE = "it reaches the node twice; one of the two answers comes back"
    REFUSE = "the provider answers with an error of its own; the node never sees it"
    MISREPORT = "the node takes it, and an error comes back all the same"
    HIDE_RECEIPT = "there is a receipt, and the answer is that there is none"
    LAG = "the answer is one from before"
    SHUFFLE_BATCH = "the answers to a batch come in another order"
    LOSE_MEMBER = "one of the answers to a batch is missing"


_WAYS: Final = (
    What.DROP_REQUEST,
    What.DROP_ANSWER,
    What.DELAY,
    What.DUPLICATE,
    What.REFUSE,
    What.MISREPORT,
)
_BATCH_WAYS: Final = (
    What.DROP_REQUEST,
    What.DROP_ANSWER,
    What.DELAY,
    What.REFUSE,
    What.SHUFFLE_BATCH,
    What.LOSE_MEMBER,
)
_LIES: Final = {
    "eth_getTransactionReceipt": What.HIDE_RECEIPT,
    "eth_blockNumber": What.LAG,
    "eth_getTransactionCount": What.LAG,
}
_FRESH_BLOCKS: Final = ("latest", "pending")


@dataclass(frozen=True, slots=True)
class Weather:
    """How likely each trouble is, from 0 to 1, for each request by itself.

    Of all but `hide_receipt` and `lag` at most one befalls a request, and at most one a batch as a whole; so they add
    up to 1 at most.

    Attributes:
        drop_request: The node never sees it.
        drop_answer: The node saw it, and its answer is lost.
        delay: It reaches the node up to `longest_delay_seconds` late.
        duplicate: It reaches the node twice.
        refuse: A provider's error comes back in place of the node's answer: too many requests, a bad gateway ...
        misreport: The node's own answer is replaced by an error; of a send: that it is known, used or timed out.
        hide_receipt: For the next four questions a mined transaction has no receipt.
        lag: For the next four questions the block number, or an account's nonce, is the one of up to four answers ago.
        shuffle_batch: The answers to a batch come in another order.
        lose_member: One of the answers to a batch is missing.
        longest_delay_seconds: The longest delay.

    Raises:
        UsageError: If a probability is none, or they add up to more than 1.
    """

    drop_request: float = 0
    drop_answer: float = 0
    delay: float = 0
    duplicate: float = 0
    refuse: float = 0
    misreport: float = 0
    hide_receipt: float = 0
    lag: float = 0
    shuffle_batch: float = 0
    lose_member: float = 0
    longest_delay_seconds: float = 0.05

    def __post_init__(self) -> None:
        for field in fields(self)[:-1]:
            if not 0 <= getattr(self, field.name) <= 1:
                raise UsageError(f"A probability is 0 to 1: {field.name} is {getattr(self, field.name)}.")
        for ways in (_WAYS, _BATCH_WAYS):
            if sum(self.chance(what) for what in ways) > 1 + 1e-9:
                raise UsageError(f"Probabilities add up to 1 at most: {', '.join(what.name.lower() for what in ways)}.")
        if self.longest_delay_seconds < 0:
            raise UsageError("Nothing is delayed by less than no time.")

    def chance(self, what: What) -> float:
        """How likely one kind of trouble is."""
        return float(getattr(self, what.name.lower()))


CALM: Final = Weather()
"""Nothing goes wrong."""
ROUGH: Final = Weather(
    drop_request=0.02,
    drop_answer=0.02,
    delay=0.05,
    duplicate=0.02,
    refuse=0.03,
    misreport=0.02,
    hide_receipt=0.1,
    lag=0.1,
    shuffle_batch=0.1,
    lose_member=0.02,
)
"""A bad day at a public node: about one request in six is troubled."""
HURRICANE: Final = Weather(
    drop_request=0.08,
    drop_answer=0.08,
    delay=0.1,
    duplicate=0.08,
    refuse=0.1,
    misreport=0.08,
    hide_receipt=0.3,
    lag=0.3,
    shuffle_batch=0.2,
    lose_member=0.1,
)
"""Worse than any node: about every second request is troubled."""


class Fate(NamedTuple):
    """What befalls one request.

    Attributes:
        what: What it is.
        luck: From 0 to below 1: decides what else there is to decide, such as how long, or in which words.
    """

    what: What
    luck: float = 0.0

    def pick(self, count: int) -> int:
        """One of so many, counted from 0."""
        return int(self.luck * count)


class Trouble(NamedTuple):
    """An error as a provider words it.

    Attributes:
        code: The JSON-RPC error code.
        message: The words.
        status: The HTTP status of a request that stands alone.
        is_json: Whether the body is JSON-RPC; else the words are the body.
    """

    code: int
    message: str
    status: int = 200
    is_json: bool = True


class Happening(NamedTuple):
    """Something that befell a request.

    Attributes:
        method: The JSON-RPC method, or `batch`.
        what: What befell it.
        request: Tells requests apart: a digest of method and parameters, hex.
        occurrence: How often the same request had come before.
        words: The error it was answered with, if there was one.
    """

    method: str
    what: What
    request: str
    occurrence: int
    words: str = ""


_LIMITS: Final = (
    Trouble(-32005, "daily request count exceeded, request rate limited"),  # Infura
    Trouble(
        429, "Your app has exceeded its compute units per second capacity.", HTTPStatus.TOO_MANY_REQUESTS
    ),  # Alchemy
    Trouble(0, "<html><head><title>502 Bad Gateway</title></head></html>", HTTPStatus.BAD_GATEWAY, is_json=False),
)
_PROVIDERS: Final = (
    *_LIMITS,
    Trouble(-32603, "Internal error: cannot fulfill request"),  # Cloudflare
    Trouble(-32011, "no backends available for method", HTTPStatus.SERVICE_UNAVAILABLE),  # proxyd
    Trouble(-32000, "header not found"),  # geth, behind another that is ahead
)
_LATE: Final = (
    Trouble(-32002, "request timed out"),  # geth
    Trouble(-32000, "context deadline exceeded"),  # Arbitrum
    Trouble(
        0, "<html><head><title>504 Gateway Time-out</title></head></html>", HTTPStatus.GATEWAY_TIMEOUT, is_json=False
    ),
)
_TAKEN: Final = (
    Trouble(-32000, "already known"),  # geth
    Trouble(-32010, "AlreadyKnown"),  # Nethermind
    Trouble(-32000, "nonce too low"),  # geth
    Trouble(-32001, "Nonce too low"),  # Besu
)


def trouble_of(befalls: Fate, method: str) -> Trouble:
    """The words of an error that comes in place of the node's answer."""
    said: tuple[Trouble, ...] = _LATE
    if befalls.what is What.REFUSE:
        said = _LIMITS if method == BATCH else _PROVIDERS  # clients take other words to mean: no batches here
    elif method == "eth_sendRawTransaction":
        said = _TAKEN + _LATE
    return said[befalls.pick(len(said))]


def fate(seed: int, weather: Weather, method: str, params: Any, occurrence: int) -> Fate:
    """What befalls a request: the same, whenever and beside whatever else it comes.

    Args:
        seed: Which storm.
        weather: How strong.
        method: The JSON-RPC method, or `batch`.
        params: Its parameters; for a batch, the methods and parameters of its members.
        occurrence: How often this very request has come before.
    """
    return fate_of(seed, weather, method, params, request_digest(method, params), occurrence)


def request_digest(method: str, params: Any) -> str:
    """Tells requests apart by what they ask; ids do not count."""
    text = json.dumps([method, params], sort_keys=True, separators=(",", ":"), default=str)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def fate_of(seed: int, weather: Weather, method: str, params: Any, digest: str, occurrence: int) -> Fate:
    """As `fate`, for a request whose digest is known."""
    lie = lie_about(method, params)
    if lie is not None and weather.chance(lie):
        chance, luck = _draws(f"{seed}:{digest}:lie:{occurrence // WHILE}")
        if chance < weather.chance(lie):
            return Fate(lie, luck)
    chance, luck = _draws(f"{seed}:{digest}:{occurrence}")
    for what in _BATCH_WAYS if method == BATCH else _WAYS:
        chance -= weather.chance(what)
        if chance < 0:
            return Fate(_allowed(what, method), luck)
    return Fate(What.NOTHING)


def lie_about(method: str, params: Any) -> What | None:
    """What may be lied about here; never what a nonce was in a block that is named or final."""
    if method != "eth_getTransactionCount":
        return _LIES.get(method)
    is_fresh = isinstance(params, list) and params[1:] and params[1] in _FRESH_BLOCKS
    return What.LAG if is_fresh else None


def _allowed(what: What, method: str) -> What:
    """A node says which chain it is on, or it says nothing."""
    is_garbled = what in (What.REFUSE, What.MISREPORT)
    return What.NOTHING if is_garbled and method == "eth_chainId" else what


def _draws(key: str) -> tuple[float, float]:
    """Two numbers from 0 to below 1 that this key decides."""
    digest = blake2b(key.encode(), digest_size=12).digest()
    return int.from_bytes(digest[:6], "big") / 2**48, int.from_bytes(digest[6:], "big") / 2**48
