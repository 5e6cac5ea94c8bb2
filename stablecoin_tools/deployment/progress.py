"""How far a plan is done on one chain, and what is left of it. Chains are read; nothing is sent.

Where it stands is read off the chain: a plan says how the coins stand after each step, so what was done, by whom and by
which way ever (directly, through a Safe, after a timelock), is known from that alone. If the coins stand as after no
step, the chain has moved away from what was planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.addresses import Address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.deployment.creation import was_created_by
from stablecoin_tools.deployment.facts import LISTS, THERE, holders_of, is_minded, read_facts, spoken
from stablecoin_tools.errors import NotSent, WrongChain
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.token.history import logs_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.plans import Change, CoinPlan, Facts, NetworkPlan, Step

__all__ = ["Task", "check_before", "steps_done", "tasks_left"]

_STALE_HINT = "Make a new plan: `stablecoin plan`. Nothing was sent."
_SHOWN_DIFFERENCES = 5


@dataclass(frozen=True, slots=True)
class Task:
    """A step that is to be done.

    Attributes:
        index: Which step of the chain's, counted from 0.
        step: The step.
        holders: Who holds the role that it needs, once those before it are done; none if it needs no role.
        sender: Who will send it; None if nobody at hand can.
    """

    index: int
    step: Step
    holders: tuple[str, ...]
    sender: Address | None


def steps_done(network: NetworkPlan, chain: Chain) -> int:
    """How many steps of a plan are done, by how the coins stand.

    Raises:
        WrongChain: If the node is on another chain than the plan.
        NotSent: If the coins stand as after no step: they were changed otherwise since the plan was made.
    """
    return _standing(network, chain)[0]


def tasks_left(network: NetworkPlan, chain: Chain, senders: Sequence[Address] = ()) -> tuple[Task, ...]:
    """The steps of a plan that are left, in order, and who can send each, by who holds its role now.

    Args:
        network: The plan for this chain.
        chain: Where.
        senders: Who is at hand; the first pays for what anybody may send.

    Raises:
        WrongChain: If the node is on another chain than the plan.
        NotSent: If the coins stand as after no step.
    """
    done, found = _standing(network, chain)
    return tuple(_tasks(network, done, found, senders))


def _standing(network: NetworkPlan, chain: Chain) -> tuple[int, Mapping[str, Facts]]:
    """How many steps are done, and how the coins stand."""
    if chain.network.chain_id != network.chain_id or chain.chain_id() != network.chain_id:
        raise WrongChain(
            f"The plan is for chain {network.chain_id} ({network.network}), and the node is on another.",
            hint="Name the network that the plan is for. Nothing was sent.",
        )
    found = {symbol: _found(network, symbol, chain) for symbol in network.coins}
    minded = {symbol: _minded(network, symbol, found[symbol]) for symbol in network.coins}
    fitting: int | None = None
    lines: list[str] | None = None
    for count, expected in enumerate(network.standings()):
        differing = [
            line
            for symbol, wanted in expected.items()
            for line in _differences(network.coins[symbol], wanted, found[symbol], minded[symbol])
        ]
        fitting = fitting if differing else count
        lines = differing if lines is None or len(differing) < len(lines) else lines
    if fitting is None and lines is not None:
        raise _moved_away(network, lines)
    _check_stops(network, fitting or 0, chain)
    return fitting or 0, found


def check_before(network: NetworkPlan, index: int, chain: Chain) -> None:
    """Looks, right before a step is sent, whether its coin still stands as the steps before it left it.

    Raises:
        NotSent: If the coin was changed otherwise meanwhile.
    """
    symbol = network.steps[index].coin
    found, wanted = _found(network, symbol, chain), network.facts_after(index)[symbol]
    if lines := _differences(network.coins[symbol], wanted, found, _minded(network, symbol, found)):
        raise _moved_away(network, lines)
    _check_stops(network.up_to(index + 1), index, chain)


def _moved_away(network: NetworkPlan, lines: Sequence[str]) -> NotSent:
    more = f"; and {len(lines) - _SHOWN_DIFFERENCES} more" if len(lines) > _SHOWN_DIFFERENCES else ""
    return NotSent(
        f"{network.network} has moved away from what was planned: {'; '.join(lines[:_SHOWN_DIFFERENCES])}{more}.",
        hint=_STALE_HINT,
    )


def _check_stops(network: NetworkPlan, done: int, chain: Chain) -> None:
    """A stop that came after the coins were looked at is lifted by no plan, though it looks like the one before it."""
    for symbol, coin in network.coins.items():
        left = [step for step in network.steps[done:] if step.coin == symbol]
        lifted = {change.fact for step in left for change in step.changes if change.after is None}
        anew = lifted and lifted & _stopped_since(network, coin, {fact.partition(".")[0] for fact in lifted}, chain)
        if anew:
            raise NotSent(
                f"The plan would lift a stop on {network.network} that came after it was made: "
                f"{symbol}: {', '.join(sorted(anew))}.",
                hint=_STALE_HINT,
            )


def _stopped_since(network: NetworkPlan, coin: CoinPlan, kinds: Collection[str], chain: Chain) -> set[str]:
    """What others stopped of a coin since it was looked at, as facts; the plan itself pauses one scope at a time."""
    abi, own = coin_abi(), {change.fact for change in _changes(network, coin.symbol) if change.after is not None}
    stopped: set[str] = set()
    for kind, event in (("paused", "Paused"), ("blacklisted", "Blacklisted")):
        logs = (
            logs_of(chain, coin.address, (abi.topic(event),), from_block=network.as_of_block + 1)
            if kind in kinds
            else []
        )
        for told in filter(None, (abi.decode_event(log.topics, log.data) for log in logs)):
            if kind == "blacklisted":
                stopped.add(f"blacklisted.{told.fields['account']}")
            elif {f"paused.{scope}" for scope in PauseScope(told.fields["scopes"]).names()} - own:
                stopped |= {f"paused.{scope}" for scope in PauseScope.ALL.names()}
    return stopped


def _changes(network: NetworkPlan, symbol: str) -> tuple[Change, ...]:
    """What the plan changes of a coin."""
    return tuple(change for step in network.steps if step.coin == symbol for change in step.changes)


def _minded(network: NetworkPlan, symbol: str, found: Facts) -> list[str]:
    """The facts that must be as the plan says."""
    changes = _changes(network, symbol)
    named = {change.fact for change in changes}
    lifted = {change.fact for change in changes if change.after is None}
    known = {*network.coins[symbol].before, *found, *named}
    return sorted(fact for fact in known if is_minded(fact, named, lifted))


def _found(network: NetworkPlan, symbol: str, chain: Chain) -> Facts:
    """How a coin stands now, as far as the plan speaks of it."""
    coin, named = network.coins[symbol], {change.fact for change in _changes(network, symbol)}
    facts: Facts = {}
    if chain.code(coin.address):
        if coin.spec is None and not was_created_by(coin.address, chain, coin.created_in_block):
            raise NotSent(
                f"{symbol} was not created in block {coin.created_in_block:,}, as the plan says.", hint=_STALE_HINT
            )
        there = Stablecoin(chain, coin.address, created_in_block=coin.created_in_block)
        kinds = {fact.partition(".")[0] for fact in named}
        facts = read_facts(there, lists=[name for name in LISTS if name in kinds])
    for fact in named:
        kind, _, address = fact.partition(".")
        if kind == "code" and chain.code(Address(bytes.fromhex(address.removeprefix("0x")))):
            facts[fact] = THERE
    return facts


def _differences(coin: CoinPlan, wanted: Facts, found: Facts, minded: Sequence[str]) -> list[str]:
    return [
        _difference(coin, fact, wanted.get(fact), found.get(fact))
        for fact in minded
        if wanted.get(fact) != found.get(fact)
    ]


def _difference(coin: CoinPlan, fact: str, wanted: str | None, found: str | None) -> str:
    denomination = Denomination(coin.symbol, coin.decimals)
    is_now, should_be = (value and spoken(fact, value, denomination) for value in (found, wanted))
    return f"{coin.symbol}: {fact} is {is_now or 'not there'}, not {should_be or 'absent'}"


def _tasks(network: NetworkPlan, done: int, found: Mapping[str, Facts], senders: Sequence[Address]) -> Iterator[Task]:
    """What is left, from how the coins stand now: not all of that is as it was when the plan was made."""
    standing = dict(found)
    for index, step in enumerate(network.steps[done:], done):
        holders = holders_of(standing[step.coin], step.role) if step.role else ()
        yield Task(index, step, holders, _sender(step, holders, senders))
        standing[step.coin] = step.applied_to(standing[step.coin])


def _sender(step: Step, holders: Collection[str], senders: Sequence[Address]) -> Address | None:
    if step.sender is not None:
        return step.sender if step.sender in senders else None
    if step.role is None:
        return next(iter(senders), None)
    return next((sender for sender in senders if str(sender) in holders), None)
