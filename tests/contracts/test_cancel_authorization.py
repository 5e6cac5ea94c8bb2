"""cancelAuthorization(authorizer, nonce, signature), in both forms

when the nonce was used or canceled: reverts
when the authorizer did not sign this: reverts (see test_signatures too)
otherwise: uses up the nonce, moves nothing, emits AuthorizationCanceled
    given everything paused, or the authorizer blacklisted: works
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AuthorizationUsedOrCanceled, InvalidSignature
from stablecoin_tools.token.events import AuthorizationCanceled
from tests.contracts.signing import FORMS, NONCE, both_forms, call_signed, is_used, payment
from tests.contracts.words import account_word, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World


def canceling(world: World, form: str, nonce: bytes = NONCE) -> Call:
    message = {"authorizer": world.address("alice"), "nonce": nonce}
    return call_signed(world, "cancelAuthorization", message, form=form)


@both_forms
@pytest.mark.parametrize("submitter", ["alice", "admin"])
def test_uses_up_the_nonce_and_moves_nothing(local: World, submitter: str, form: str) -> None:
    coin, alice = local.coin, local.address("alice")
    local.give("alice", 10)
    before = account_word(local, alice)

    events = local.do(canceling(local, form), by=submitter)

    assert told(events) == [said(AuthorizationCanceled, authorizer=alice, nonce=NONCE)]
    assert is_used(local)
    assert not is_used(local, of="bob")
    assert account_word(local, alice) == before
    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(10)


@pytest.mark.parametrize("nonce", [bytes(32), b"\xff" * 32, bytes(31) + b"\x01"])
def test_leaves_every_other_nonce(local: World, nonce: bytes) -> None:
    local.give("alice", 10)

    local.do(canceling(local, FORMS[0], nonce), by="admin")
    local.do(call_signed(local, "transferWithAuthorization", payment(local)), by="admin")

    assert is_used(local, nonce)
    assert local.coin.balance_of(local.address("bob")) == local.coin.amount(1)


@both_forms
def test_reverts_when_it_was_canceled(local: World, form: str) -> None:
    for used in FORMS:
        nonce = used.encode().ljust(32, b"\0")
        local.do(canceling(local, used, nonce), by="admin")

        with reverts(AuthorizationUsedOrCanceled, authorizer=local.address("alice"), nonce=nonce):
            local.do(canceling(local, form, nonce), by="admin")


@both_forms
def test_reverts_when_it_was_used(local: World, form: str) -> None:
    local.give("alice", 10)
    local.do(call_signed(local, "transferWithAuthorization", payment(local)), by="admin")

    with reverts(AuthorizationUsedOrCanceled, authorizer=local.address("alice"), nonce=NONCE):
        local.do(canceling(local, form), by="admin")


@both_forms
def test_reverts_when_another_signed_and_leaves_the_nonce(local: World, form: str) -> None:
    alice = local.address("alice")
    forged = call_signed(local, "cancelAuthorization", {"authorizer": alice, "nonce": NONCE}, by="bob", form=form)

    with reverts(InvalidSignature, signer=alice):
        local.do(forged, by="bob")

    assert not is_used(local)


@both_forms
def test_works_while_everything_is_paused(local: World, form: str) -> None:
    local.do(local.coin.calls.pause(), by="pauser")

    local.do(canceling(local, form), by="admin")

    assert is_used(local)


@both_forms
@pytest.mark.parametrize("party", ["alice", "admin"])
def test_works_when_the_authorizer_or_the_submitter_is_blacklisted(local: World, party: str, form: str) -> None:
    local.do(local.coin.calls.blacklist(local.address(party)), by="blacklister")

    local.do(canceling(local, form), by="admin")

    assert is_used(local)
