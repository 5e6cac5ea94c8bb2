"""A bad network and a bad provider, between a client and a real node."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from stablecoin_tools.errors import ConfigError
from stablecoin_tools.testing.proxy import Proxy, Reply
from stablecoin_tools.testing.weather import (
    BATCH,
    ROUGH,
    WHILE,
    Fate,
    Happening,
    Trouble,
    Weather,
    What,
    fate_of,
    lie_about,
    request_digest,
    trouble_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from stablecoin_tools.testing.proxy import Line

__all__ = ["StormProxy"]

_ANY_SHUFFLE: Final = 2**32
_UNSEEN: Final = (What.DROP_REQUEST, What.REFUSE)  # the node never hears of these
_LOST: Final = (What.DROP_REQUEST, What.DROP_ANSWER)  # the client never hears of these
_ERRORS: Final = (What.REFUSE, What.MISREPORT)


class _Met(NamedTuple):
    """A request that has met its fate."""

    asked: Mapping[str, Any]
    digest: str
    occurrence: int
    fate: Fate


class StormProxy:
    """A JSON-RPC proxy that troubles each request by its seed; `with StormProxy(...) as storm:` runs it.

    The same requests meet the same fate in every run and under any interleaving of threads: a fate depends on the
    seed, the method, its parameters and how often just this request has come before, and on nothing else.

    What it may lie about: that a request was not answered, or failed, or timed out, though the node took it; that
    signed bytes are known already, or their nonce used; that a mined transaction has no receipt; that the block number
    or an account's newest nonce is one of four answers ago. What it never does: change a request, signed bytes
    or a balance; make up a receipt, a block or a nonce that never was; say that bytes are invalid or a sender poor;
    name another chain, or answer anything but the truth to `eth_chainId`.

    Args:
        target_url: The node, http:// only.
        seed: Which storm.
        weather: How strong; it may be set anew at any time.

    Attributes:
        seed: Which storm.
        weather: How strong.

    Raises:
        ConfigError: If the URL is none.
    """

    def __init__(self, target_url: str, *, seed: int, weather: Weather = ROUGH) -> None:
        self._target = urlsplit(target_url)
        if self._target.scheme != "http" or not self._target.hostname:
            raise ConfigError("A storm stands before a node at http://, on this machine or near it.")
        self.seed = seed
        self.weather = weather
        self._lock = threading.Lock()
        self._occurrences: Counter[str] = Counter()
        self._counts: Counter[What] = Counter()
        self._story: list[Happening] = []
        self._before: defaultdict[str, deque[Any]] = defaultdict(lambda: deque(maxlen=WHILE))
        self._ended = threading.Event()
        self._proxy: Proxy | None = None

    def __repr__(self) -> str:
        return f"StormProxy(seed={self.seed}, weather={self.weather})"

    def __enter__(self) -> Self:
        self._ended.clear()
        self._proxy = Proxy(self._target, self._answer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        proxy, self._proxy = self._proxy, None
        self._ended.set()
        if proxy is not None:
            proxy.end()

    @property
    def url(self) -> str:
        """Where to send requests in place of the node; the node's own path and query belong to it.

        Raises:
            ConfigError: If it does not run.
        """
        if self._proxy is None:
            raise ConfigError("The storm does not rage.", hint="with StormProxy(...) as storm: storm.url")
        return f"http://127.0.0.1:{self._proxy.server_port}"

    @property
    def story(self) -> tuple[Happening, ...]:
        """What befell requests, in order; those that nothing befell are not told of."""
        with self._lock:
            return tuple(self._story)

    @property
    def counts(self) -> dict[What, int]:
        """How often each thing befell a request or a batch; all are there, with 0 too."""
        with self._lock:
            return {what: self._counts[what] for what in What}

    def _answer(self, body: bytes, line: Line) -> Reply | None:
        """What comes back for the body of one HTTP request, or None if nothing does."""
        try:
            asked = json.loads(body)
        except ValueError:
            return Reply(line.send(body))
        if isinstance(asked, dict):
            return self._single(asked, body, line)
        if isinstance(asked, list) and asked and all(isinstance(one, dict) for one in asked):
            return self._batch(asked, body, line)
        return Reply(line.send(body))

    def _single(self, asked: dict[str, Any], body: bytes, line: Line) -> Reply | None:
        met = self._meet(asked)
        if self._is_untroubled([met]):
            return Reply(line.send(body))
        (answer,) = self._settle([met], line)
        if isinstance(answer, Trouble):
            return _alone(answer, asked.get("id"))
        return None if answer is None else Reply(json.dumps(answer).encode())

    def _batch(self, asked: list[dict[str, Any]], body: bytes, line: Line) -> Reply | None:
        whole = self._meet({"method": BATCH, "params": [[one.get("method"), one.get("params")] for one in asked]})
        what = whole.fate.what
        if what is What.NOTHING:
            self._count(what)
        elif what in _ERRORS:
            return _alone(self._trouble(whole), None)
        else:
            self._note(whole)
        if what is What.DROP_REQUEST:
            return None
        self._delay([whole])
        met = [self._meet(one) for one in asked]
        if what in (What.NOTHING, What.DELAY) and self._is_untroubled(met):
            return Reply(line.send(body))
        settled = self._settle(met, line)
        if what is What.DROP_ANSWER:
            return None
        answers = [_in_batch(answer, one.get("id")) for answer, one in zip(settled, asked, strict=True) if answer]
        return Reply(json.dumps(_disordered(answers, whole.fate)).encode())

    def _meet(self, asked: dict[str, Any]) -> _Met:
        """The fate of a request; from here on it has come once more."""
        method, params = str(asked.get("method")), asked.get("params")
        digest = request_digest(method, params)
        with self._lock:
            occurrence = self._occurrences[digest]
            self._occurrences[digest] += 1
        return _Met(asked, digest, occurrence, fate_of(self.seed, self.weather, method, params, digest, occurrence))

    def _is_untroubled(self, met: Sequence[_Met]) -> bool:
        """Whether all may go to the node and back as they are, unread; then nothing is left to note."""
        if any(one.fate.what is not What.NOTHING or self._is_remembered(one) for one in met):
            return False
        self._count(What.NOTHING, len(met))
        return True

    def _settle(self, met: Sequence[_Met], line: Line) -> list[dict[str, Any] | Trouble | None]:
        """For each request the node's answer, what came in its place, or None where nothing comes back."""
        self._delay(met)
        seen = [at for at, one in enumerate(met) if one.fate.what not in _UNSEEN]
        twice = [at for at in seen if met[at].fate.what is What.DUPLICATE]
        answers = dict(zip(seen, _forward([met[at] for at in seen], line), strict=True))
        second = dict(zip(twice, _forward([met[at] for at in twice], line), strict=True))
        answers |= {at: answer for at, answer in second.items() if met[at].fate.pick(2)}
        return [self._outcome(one, answers.get(at)) for at, one in enumerate(met)]

    def _outcome(self, met: _Met, answer: dict[str, Any] | None) -> dict[str, Any] | Trouble | None:
        what = met.fate.what
        if what in _ERRORS:
            return self._trouble(met)
        told = self._lie(met, answer)
        if what is What.NOTHING or (what in (What.HIDE_RECEIPT, What.LAG) and told == answer):
            self._count(What.NOTHING)  # a lie that is the truth is none
        else:
            self._note(met)
        return None if what in _LOST else told

    def _lie(self, met: _Met, answer: dict[str, Any] | None) -> dict[str, Any] | None:
        if answer is None or answer.get("result") is None:
            return answer
        if met.fate.what is What.HIDE_RECEIPT:
            return {**answer, "result": None}
        if not self._is_remembered(met):
            return answer
        with self._lock:
            before = self._before[met.digest]
            before.append(answer["result"])
            return {**answer, "result": before[0]} if met.fate.what is What.LAG else answer

    def _is_remembered(self, met: _Met) -> bool:
        """Whether its answer may be given again later, when it is one from before."""
        return self.weather.lag > 0 and lie_about(str(met.asked.get("method")), met.asked.get("params")) is What.LAG

    def _delay(self, met: Sequence[_Met]) -> None:
        longest = max((one.fate.luck for one in met if one.fate.what is What.DELAY), default=0)
        self._ended.wait(longest * self.weather.longest_delay_seconds)

    def _trouble(self, met: _Met) -> Trouble:
        trouble = trouble_of(met.fate, str(met.asked.get("method")))
        self._note(met, trouble.message)
        return trouble

    def _note(self, met: _Met, words: str = "") -> None:
        what = met.fate.what
        with self._lock:
            self._counts[what] += 1
            self._story.append(Happening(str(met.asked.get("method")), what, met.digest, met.occurrence, words))

    def _count(self, what: What, times: int = 1) -> None:
        with self._lock:
            self._counts[what] += times


def _forward(met: Sequence[_Met], line: Line) -> list[dict[str, Any] | None]:
    """The node's answers in the order of the requests, as one batch; None where it gave none."""
    if not met:
        return []
    sent = [{**one.asked, "id": number} for number, one in enumerate(met)]
    found = json.loads(line.send(json.dumps(sent[0] if len(sent) == 1 else sent).encode()))
    said = [answer for answer in (found if isinstance(found, list) else [found]) if isinstance(answer, dict)]
    by_id = {answer["id"]: answer for answer in said if isinstance(answer.get("id"), int)}
    return [{**by_id[number], "id": one.asked.get("id")} if number in by_id else None for number, one in enumerate(met)]


def _disordered(answers: list[dict[str, Any]], befalls: Fate) -> list[dict[str, Any]]:
    if befalls.what is What.SHUFFLE_BATCH:
        random.Random(befalls.pick(_ANY_SHUFFLE)).shuffle(answers)  # noqa: S311  # weather is no secret
    if befalls.what is What.LOSE_MEMBER and answers:
        del answers[befalls.pick(len(answers))]
    return answers


def _in_batch(answer: dict[str, Any] | Trouble, request_id: Any) -> dict[str, Any]:
    return _error_object(answer, request_id) if isinstance(answer, Trouble) else answer


def _alone(trouble: Trouble, request_id: Any) -> Reply:
    if not trouble.is_json:
        return Reply(trouble.message.encode(), trouble.status, is_json=False)
    return Reply(json.dumps(_error_object(trouble, request_id)).encode(), trouble.status)


def _error_object(trouble: Trouble, request_id: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": request_id, "error": {"code": trouble.code, "message": trouble.message}}
