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
from stablecoin_tools.deployment.facts import LISTS, THERE, holders_of, is_minded, is_same, read_facts, spoken
from stablecoin_tools.errors import NotSent, WrongChain
from stablecoin_tools.token import Stablecoin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.plans import CoinPlan, Facts, NetworkPlan, Step

__all__ = ["Task", "steps_done", "tasks_left"]

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
    named = {symbol: _named(network, symbol) for symbol in network.coins}
    found = {symbol: _found(network, symbol, named[symbol], chain) for symbol in network.coins}
    fitting: int | None = None
    lines: list[str] | None = None
    for count, expected in enumerate(network.standings()):
        differing = _differences(network, expected, found, named)
        fitting = fitting if differing else count
        lines = differing if lines is None or len(differing) < len(lines) else lines
    if fitting is not None or lines is None:
        return fitting or 0, found
    more = f"; and {len(lines) - _SHOWN_DIFFERENCES} more" if len(lines) > _SHOWN_DIFFERENCES else ""
    raise NotSent(
        f"{network.network} has moved away from what was planned: {'; '.join(lines[:_SHOWN_DIFFERENCES])}{more}.",
        hint=_STALE_HINT,
    )


def _named(network: NetworkPlan, symbol: str) -> frozenset[str]:
    """The facts of a coin that the plan changes."""
    return frozenset(change.fact for step in network.steps if step.coin == symbol for change in step.changes)


def _found(network: NetworkPlan, symbol: str, named: Collection[str], chain: Chain) -> Facts:
    """How a coin stands now, as far as the plan speaks of it."""
    coin = network.coins[symbol]
    facts: Facts = {}
    if chain.code(coin.address):
        there = Stablecoin(chain, coin.address, created_in_block=coin.created_in_block)
        kinds = {fact.partition(".")[0] for fact in named}
        facts = read_facts(there, lists=[name for name in LISTS if name in kinds])
    for fact in named:
        kind, _, address = fact.partition(".")
        if kind == "code" and chain.code(Address(bytes.fromhex(address.removeprefix("0x")))):
            facts[fact] = THERE
    return facts


def _differences(
    network: NetworkPlan,
    expected: Mapping[str, Facts],
    found: Mapping[str, Facts],
    named: Mapping[str, Collection[str]],
) -> list[str]:
    return [
        _difference(network.coins[symbol], fact, wanted.get(fact), found[symbol].get(fact))
        for symbol, wanted in expected.items()
        for fact in sorted({**wanted, **found[symbol]})
        if is_minded(fact, named[symbol]) and not is_same(fact, wanted.get(fact), found[symbol].get(fact))
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
