"""An upgrade tried out on the chain as it is: what the coin answers before, after, and once it was rolled back.

The node does it by itself (eth_simulateV1): reads, the upgrade, the same reads, the way back and the reads again stand
in one block that is never mined, on top of one that is. So what differs, the upgrade did, and nothing else.

Asked is every view that the deployed coin has: those without an argument, and those about accounts, allowances, roles,
authorizations and references that the coin's events name. All accounts that have powers or are stopped are among them,
up to a number; of holders, those that moved last.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import ConfigError, NodeRefused
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from stablecoin_tools.artifacts import Abi
    from stablecoin_tools.artifacts.abi import Decoded
    from stablecoin_tools.chain import Chain, Log, Rehearsed, SimulatingChain

__all__ = ["Question", "Reading", "questions_about", "rehearse", "try_out"]

_READS_AT_ONCE: Final = 80
_ACCOUNTS: Final = 60
_OTHERS: Final = 20
_FIRST_LOOK_BLOCKS: Final = 1_000
_MOST_LOOKS: Final = 40
_ENOUGH_EVENTS: Final = 1_000
_POWERS: Final = ("RoleGranted", "MinterConfigured", "BridgeConfigured", "Blacklisted", "Verified")
"""Events that are rare and matter: looked for over all of the coin's life."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the coin is asked: a view of its interface, by signature, and the arguments."""

    function: str
    arguments: tuple[Any, ...] = ()

    def __str__(self) -> str:
        shown = ("0x" + each.hex() if type(each) is bytes else str(each) for each in self.arguments)
        return f"{self.function.partition('(')[0]}({', '.join(shown)})"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the coin answers to one question.

    Attributes:
        question: Which.
        before: What it answers now; amounts in base units.
        after: What it would answer after the upgrade.
        again: What it would answer once that was rolled back.
    """

    question: Question
    before: str
    after: str
    again: str


def questions_about(coin: Address, chain: Chain, abi: Abi, *, from_block: int) -> list[Question]:
    """What to ask a coin so that a change would be noticed.

    Args:
        coin: The coin.
        chain: Where it is.
        abi: The interface that it serves now.
        from_block: From where on it has a history.

    Raises:
        ChainError: If the node does not give the coin's events.
    """
    found = _Found(abi, [abi.decode_event(log.topics, log.data) for log in _events(coin, chain, abi, from_block)])
    singles: dict[tuple[str, ...], Iterable[tuple[Any, ...]]] = {
        (): [()],
        ("address",): [(account,) for account in found.accounts()],
        ("address", "address"): found.pairs("Approval", "owner", "spender"),
        ("bytes32", "address"): found.pairs("RoleGranted", "role", "account"),
    }
    views = [entry for entry in abi.functions.values() if entry.is_view]
    questions = [Question(view.signature, each) for view in views for each in singles.get(view.types, ())]
    special = {
        "getRoleAdmin(bytes32)": [(role.identifier,) for role in Role],
        "authorizationState(address,bytes32)": found.pairs("AuthorizationUsed", "authorizer", "nonce"),
        "isReferenceUsed(bytes32)": found.references("MintedWithReference", "BurnedWithReference"),
        "isReferenceUsed(address,bytes32)": found.pairs("Redeemed", "holder", "ref"),
    }
    known = {view.signature for view in views}
    return questions + [Question(name, each) for name, all_of in special.items() if name in known for each in all_of]


class _Found:
    """What the events of a coin name."""

    def __init__(self, abi: Abi, events: Iterable[Decoded | None]) -> None:
        self._abi = abi
        self._events = [event for event in events if event is not None]

    def accounts(self) -> list[Address]:
        """Accounts, those with powers first."""
        of_powers = [event for event in self._events if event.entry.name in _POWERS]
        fields = (value for event in of_powers + self._events for value in event.fields.values())
        named = dict.fromkeys(value for value in fields if isinstance(value, Address) and value != ZERO_ADDRESS)
        return list(islice(named, _ACCOUNTS))

    def pairs(self, event: str, first: str, second: str) -> list[tuple[Any, ...]]:
        """Two fields of an event, each pair once."""
        return self._fields(lambda name: name == event, first, second)

    def references(self, *events: str) -> list[tuple[Any, ...]]:
        """The references of these events, each once."""
        return self._fields(lambda name: name in events, "ref")

    def _fields(self, is_wanted: Callable[[str], bool], *names: str) -> list[tuple[Any, ...]]:
        wanted = (event.fields for event in self._events if is_wanted(event.entry.name))
        rows = dict.fromkeys(tuple(fields[name] for name in names) for fields in wanted if fields.keys() >= {*names})
        return list(islice(rows, _OTHERS))


def _events(coin: Address, chain: Chain, abi: Abi, from_block: int) -> Iterator[Log]:
    """The rare events of all time, then the newest of all kinds."""
    from stablecoin_tools.token.history import logs_of

    for topic, event in abi.events.items():
        if event.name in _POWERS:
            yield from logs_of(chain, coin, (topic,), from_block=from_block)
    yield from _newest(coin, chain, from_block)


def _newest(coin: Address, chain: Chain, from_block: int) -> Iterator[Log]:
    """Events backwards from the newest block, in looks as wide as the node allows."""
    last, width, found, may_widen = chain.block().number, _FIRST_LOOK_BLOCKS, 0, True
    for _ in range(_MOST_LOOKS):
        if last < from_block or found >= _ENOUGH_EVENTS:
            return
        first = max(from_block, last - width + 1)
        try:
            logs = chain.logs(coin, from_block=first, to_block=last)
        except NodeRefused:
            if first == last:
                raise
            width, may_widen = max(1, (last - first + 1) // 2), False
            continue
        yield from reversed(logs)
        found += len(logs)
        last = first - 1
        width *= 4 if may_widen else 1


def try_out(chain: SimulatingChain, calls: Sequence[tuple[Address, Call]], *, block: int | str) -> list[Rehearsed]:
    """What would come of calls, one after the other, on top of a block. Nothing is sent.

    Raises:
        ConfigError: If the node cannot do that.
    """
    try:
        return chain.rehearse(calls, block=block)
    except NodeRefused as error:
        raise ConfigError(
            f"The node cannot rehearse the upgrade: {error}",
            hint="Name one that knows eth_simulateV1 (geth, reth, Nethermind; or `anvil --fork-url` before it).",
        ) from error


def rehearse(
    chain: SimulatingChain,
    abi: Abi,
    coin: Address,
    questions: Sequence[Question],
    *,
    there: Sequence[tuple[Address, Call]],
    back: Sequence[tuple[Address, Call]],
) -> tuple[list[Rehearsed], list[Reading]]:
    """Tries calls, the way back too, and asks the coin before, between and after. Nothing is sent.

    Args:
        chain: Where.
        abi: By which the coin is asked, and its answers are read.
        coin: The coin.
        questions: What it is asked; all of it about the same block.
        there: Who would send what.
        back: Who would send what to undo that.

    Returns:
        What would come of the calls, there and back; and each question with its answers.

    Raises:
        ConfigError: If the node cannot do that.
    """
    block = chain.block().number
    reads = [(ZERO_ADDRESS, Call(coin, abi.encode_call(each.function, *each.arguments))) for each in questions]
    done: list[Rehearsed] = []
    readings: list[Reading] = []
    for start in range(0, max(1, len(reads)), _READS_AT_ONCE):
        chunk = reads[start : start + _READS_AT_ONCE]
        found = try_out(chain, [*chunk, *there, *chunk, *back, *chunk], block=block)
        size, middle = len(chunk), len(chunk) + len(there)
        before, after, again = found[:size], found[middle : middle + size], found[len(found) - size :]
        done = [*found[size:middle], *found[middle + size : len(found) - size]]
        for question, *answers in zip(questions[start:], before, after, again, strict=False):
            readings.append(Reading(question, *(_text(abi, question, answer) for answer in answers)))
    return done, readings


def _text(abi: Abi, question: Question, answer: Rehearsed) -> str:
    """An answer as text; what cannot be read as the deployed coin's answers is shown as its bytes."""
    if not answer.succeeded:
        return f"refused by 0x{answer.answer.hex()}"
    try:
        value = abi.decode_answer(question.function, answer.answer)
    except ConfigError:
        return f"0x{answer.answer.hex()}"
    return "0x" + value.hex() if type(value) is bytes else str(value)
