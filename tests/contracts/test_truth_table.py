"""Who is refused when: every verb that moves or allows, each party blacklisted or not, each set of paused scopes

The rule, and the verbs it is asked about: `verbs.py`. A batch that skips what is refused is never refused itself, and
tells for each payment what the payment alone would have been told.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain.refusals import refusal
from stablecoin_tools.token.events import AuthorizationSkipped, AuthorizationUsed, Transfer
from tests.contracts.verbs import (
    BATCH,
    MINTING,
    PARTIES,
    REDEMPTION,
    SENT,
    SIGNED,
    TRANSFERS,
    VERBS,
    batch_of,
    calls_of,
    expected,
    make_ready,
)
from tests.contracts.words import call_of, facts_of, reference, refusal_of, said, told, units

if TYPE_CHECKING:
    from tests.world import World

SCOPE_SETS = range(8)
STOPPED_SETS = [frozenset(chosen) for count in range(4) for chosen in combinations(PARTIES, count)]
# What changes neither a balance nor an allowance: every other function that writes is a verb.
OTHER_WRITES = {
    "acceptDefaultAdminTransfer()",
    "beginDefaultAdminTransfer(address)",
    "blacklist(address)",
    "blacklistBatch(address[])",
    "cancelDefaultAdminTransfer()",
    "changeDefaultAdminDelay(uint48)",
    "closeLane()",
    "configureBridge(address,uint256,uint256)",
    "configureMinter(address,uint256)",
    "configureMinter(address,uint256,uint256)",
    "grantRole(bytes32,address)",
    "initialize(address,uint48,(uint256,uint256,uint256),(bytes32,address)[])",
    "openLane()",
    "pause()",
    "pause(uint256)",
    "removeBridge(address)",
    "removeMinter(address)",
    "renounceRole(bytes32,address)",
    "rescueERC20(address,address,uint256)",
    "rescueETH(address,uint256)",
    "revokeRole(bytes32,address)",
    "rollbackDefaultAdminDelay()",
    "setAllowlistOnly(bool)",
    "setContractURI(string)",
    "setGlobalLimit(uint256,uint256)",
    "setReserveFeed(address,uint48)",
    "setSupplyCap(uint256)",
    "unBlacklist(address)",
    "unVerify(address)",
    "unpause()",
    "unpause(uint256)",
    "upgradeToAndCall(address,bytes)",
    "verify(address)",
}


@pytest.fixture
def ready(local: World) -> World:
    make_ready(local)
    return local


@pytest.mark.parametrize("stopped", STOPPED_SETS, ids=lambda stopped: "+".join(sorted(stopped)) or "nobody")
def test_every_verb_under_every_pause(ready: World, stopped: frozenset[str]) -> None:
    calls = calls_of(ready)
    for party in sorted(stopped):
        ready.do(ready.coin.calls.blacklist(ready.address(party)), by="blacklister")

    for paused in SCOPE_SETS:
        pause_only(ready, paused)
        for name, verb in VERBS.items():
            refused = facts_of(refusal_of(ready, calls[name], by=verb.by))
            assert refused == expected(ready, verb, blacklisted=stopped, paused=paused), (name, paused)


@pytest.mark.parametrize("stopped", STOPPED_SETS, ids=lambda stopped: "+".join(sorted(stopped)) or "nobody")
def test_a_skipping_batch_tells_what_the_payment_alone_would_have_been_told(
    ready: World, stopped: frozenset[str]
) -> None:
    coin, alice, bob = ready.coin, ready.address("alice"), ready.address("bob")
    for party in sorted(stopped):
        ready.do(coin.calls.blacklist(ready.address(party)), by="blacklister")

    for paused in (0, TRANSFERS, MINTING | REDEMPTION, TRANSFERS | MINTING | REDEMPTION):
        pause_only(ready, paused)
        nonce, held, supply = reference(paused), coin.balance_of(bob), coin.total_supply()
        why = expected(ready, VERBS[BATCH], blacklisted=stopped, paused=paused)

        events = ready.do(batch_of(ready, nonce, skips_refused=True), by="minter")

        if why is None:
            moved = said(Transfer, sender=alice, to=bob, value=units(ready, 1))
            assert told(events) == [said(AuthorizationUsed, authorizer=alice, nonce=nonce), moved]
        else:
            [skipped] = events
            assert isinstance(skipped, AuthorizationSkipped)
            assert (skipped.authorizer, skipped.nonce) == (alice, nonce)
            assert facts_of(refusal(skipped.reason)) == why
        assert coin.balance_of(bob) == held + units(ready, 0 if why else 1)
        assert coin.total_supply() == supply


def test_the_table_holds_every_answer_that_a_verb_can_be_given(local: World) -> None:
    for name, verb in VERBS.items():
        answers = [
            expected(local, verb, blacklisted=stopped, paused=paused)
            for stopped in STOPPED_SETS
            for paused in SCOPE_SETS
        ]
        assert None in answers, name
        errors = {answer[0] for answer in answers if answer}
        assert ("ScopePaused" in errors) is bool(verb.scope), name
        assert ("AccountBlacklisted" in errors) is bool(
            verb.operator or verb.receiver or (verb.sender and not verb.takes)
        )
        assert ("AccountNotBlacklisted" in errors) is verb.takes, name


def test_no_verb_is_missing() -> None:
    abi = coin_abi()
    sent = {abi.function(name).signature for name in (*SENT, BATCH)}
    signed_names = {verb.arguments[0] for verb in SIGNED.values()}
    signed = {signature for signature, entry in abi.functions.items() if entry.name in signed_names}

    assert len(signed) == len(SIGNED)
    assert {name for name, entry in abi.functions.items() if not entry.is_view} == sent | signed | OTHER_WRITES


def pause_only(world: World, scopes: int) -> None:
    """Pauses these scopes and resumes the others."""
    world.do(world.coin.calls.unpause(), by="unpauser")
    if scopes:
        world.do(call_of(world, "pause(uint256)", scopes), by="pauser")
