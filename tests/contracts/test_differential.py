"""One long day of a coin is the same on the in-process EVM and on anvil

given: the same coin, the same contracts beside it, and the same second on both chains
when: the steps of scenario.py are tried one after another
then: each is done or refused as the scenario says; with the same answer, the same events and the same gas, or the same
error with the same fields; and all that can be read is the same in the end
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from eth_hash.auto import keccak

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.roles import Role
from stablecoin_tools.testing import AnvilChain
from tests.contracts.scenario import TOKEN, Step, the_day
from tests.contracts.words import answer_of, create, facts_of, mock, new_issuer, reference, refusal_of, told
from tests.world import PEOPLE, World

if TYPE_CHECKING:
    from stablecoin_tools.chain import LocalChain

FEED_TOKENS = 5_000
FEED_DECIMALS = 8
# So long that limits which refill by a few units are full again.
SECONDS_BETWEEN_STEPS = 10
AHEAD_OF_ALL_CLOCKS_SECONDS = 1_000_000


@dataclass
class Day:
    """What became of each step, and how the coin stands in the end."""

    outcomes: dict[str, Any]
    end: dict[str, Any]


def tried(world: World, contracts: dict[str, Any], step: Step) -> Any:
    """The refusal, or the answer with the events and the gas."""
    call = step.call(world, contracts)
    refused = refusal_of(world, call, by=step.by)
    if refused is not None:
        return facts_of(refused)
    answer = world.chain.call(call, sender=world.address(step.by))
    receipt = world.send(call, by=step.by)
    events = world.coin.events(receipt)
    assert len(events) == sum(log.address == world.coin.address for log in receipt.logs)
    return answer, told(events), receipt.gas_used


def lived(world: World, start: int) -> Day:
    """The whole day, each step in a second of its own."""
    contracts = {
        "issuer": new_issuer(world),
        "lane serving issuer": create(world, mock("LaneServingIssuer")),
        "feed": create(world, mock("ReserveFeed"), FEED_DECIMALS, FEED_TOKENS * 10**FEED_DECIMALS, start),
        "stray": create(world, mock("StrayToken"), world.address("alice"), TOKEN, False),  # noqa: FBT003  # no keywords
    }
    outcomes, now = {}, start
    for step in the_day():
        now += SECONDS_BETWEEN_STEPS + step.seconds_before
        let_it_be(world.chain, now)
        outcomes[step.name] = tried(world, contracts, step)
    return Day({"contracts": contracts, **outcomes}, state_of(world))


def let_it_be(chain: LocalChain | AnvilChain, now: int) -> None:
    """The next transaction is mined in this second, after an empty block of the second before."""
    if isinstance(chain, AnvilChain):
        chain.ask("evm_setNextBlockTimestamp", now - 1)
        chain.ask("evm_mine")
        chain.ask("evm_setNextBlockTimestamp", now)
    else:
        chain.advance(seconds=now - chain.block("pending").timestamp)


def state_of(world: World) -> dict[str, Any]:
    """All that the coin says of itself and of people; what refills with time is left out."""
    plain = (
        "totalSupply",
        "supplyCap",
        "pausedScopes",
        "isAllowlistOnly",
        "isLaneClosed",
        "contractURI",
        "reserveFeed",
    )
    admin = ("defaultAdmin", "defaultAdminDelay", "pendingDefaultAdmin", "pendingDefaultAdminDelay")
    of_one = ("balanceOf", "nonces", "isBlacklisted", "isVerified", "isMinter", "minterLimit", "bridgeLimit")
    people = {person: world.address(person) for person in PEOPLE}
    state: dict[str, Any] = {view: answer_of(world, view) for view in (*plain, *admin)}
    state["globalLimit"] = answer_of(world, "globalLimit")[:2]
    for person, account in people.items():
        state |= {f"{view} of {person}": answer_of(world, view, account) for view in of_one}
        state[f"allowances of {person}"] = [answer_of(world, "allowance", account, other) for other in people.values()]
        state[f"roles of {person}"] = {role for role in Role if answer_of(world, "hasRole", role.identifier, account)}
    for number in range(30):
        ref, alice = reference(number), people["alice"]
        state[f"authorization {number}"] = answer_of(world, "authorizationState", alice, ref)
        state[f"reference {number}"] = answer_of(world, "isReferenceUsed(bytes32)", ref)
        state[f"alice's reference {number}"] = answer_of(world, "isReferenceUsed(address,bytes32)", alice, ref)
    return state


@pytest.fixture
def days(local: World, anvil: World) -> tuple[Day, Day]:
    start = max(local.chain.block("pending").timestamp, anvil.chain.block().timestamp) + AHEAD_OF_ALL_CLOCKS_SECONDS
    return lived(local, start), lived(anvil, start)


def test_the_day_is_the_same_on_both_chains(days: tuple[Day, Day]) -> None:
    here, there = days

    assert list(here.outcomes) == list(there.outcomes)
    for name, outcome in here.outcomes.items():
        assert there.outcomes[name] == outcome, name
    assert here.end == there.end

    # And the day is the one that was meant.
    refused = {step.name: step.refused for step in the_day() if step.refused}
    met = {name: outcome[0] for name, outcome in here.outcomes.items() if name in refused}
    assert met == refused
    done = {step.name for step in the_day() if not step.refused}
    assert not {name for name in done if isinstance(here.outcomes[name][0], str)}


def test_every_function_that_writes_has_a_step(local: World) -> None:
    contracts = dict.fromkeys(("issuer", "lane serving issuer", "feed", "stray"), local.coin.address)
    selectors = {step.call(local, contracts).data[:4] for step in the_day()}
    writing = {name for name, entry in coin_abi().functions.items() if not entry.is_view}

    assert selectors == {keccak(name.encode())[:4] for name in writing}
    assert len({step.name for step in the_day()}) == len(the_day())
