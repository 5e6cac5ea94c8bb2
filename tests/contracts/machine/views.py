"""Every view of the coin must say what the model says; and who has which role, for which its words are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.roles import Role
from tests.contracts.machine.ledger import TRANSFERS, ZERO
from tests.contracts.machine.limits import Limit, available
from tests.contracts.machine.picks import CREATORS, HOLDERS
from tests.contracts.machine.words import slot_of_role
from tests.world import PEOPLE

if TYPE_CHECKING:
    from tests.contracts.machine.coin import AskedCoin
    from tests.contracts.machine.limits import Allowed
    from tests.contracts.machine.model import Model


def compare_views(coin: AskedCoin, model: Model) -> None:
    _compare_the_whole(coin, model)
    for holder in HOLDERS:
        _compare_holder(coin, model, holder)
    for creator in CREATORS:
        _compare_creator(coin, model, creator)
    for role in Role:
        holders = {person for person in PEOPLE if coin.word(slot_of_role(role, coin.addresses[person]))}
        assert holders == {person for owned, person in model.roles if owned is role}


def _compare_the_whole(coin: AskedCoin, model: Model) -> None:
    limit = model.global_limit
    assert coin.read("totalSupply") == model.supply == sum(model.balances.values())
    assert coin.read("supplyCap") == model.supply_cap
    assert coin.read("globalLimit") == (limit.capacity, limit.refill, limit.available(model.now))
    assert coin.read("pausedScopes") == model.paused
    assert coin.read("paused") == bool(model.paused & TRANSFERS)
    assert coin.read("isAllowlistOnly") == model.is_allowlist_only
    assert coin.read("reserveFeed") == (model.feed, model.feed_max_age)
    is_fresh = 0 <= model.now - model.attested_at <= model.feed_max_age
    if model.feed != ZERO and is_fresh:
        assert coin.read("attestedReserve") == model.attested()


def _compare_holder(coin: AskedCoin, model: Model, holder: str) -> None:
    assert coin.read("balanceOf", holder) == model.balances[holder]
    assert coin.read("nonces", holder) == model.permit_nonces[holder]
    assert coin.read("isBlacklisted", holder) == (holder in model.blacklisted)
    assert coin.read("isVerified", holder) == (holder in model.verified)
    for owner, spender in model.allowances:
        if owner == holder:
            assert coin.read("allowance", owner, spender) == model.allowances[owner, spender]
    for authorizer, nonce in model.used_nonces:
        assert authorizer != holder or coin.read("authorizationState", holder, nonce)
    for owner, reference in model.used_references:
        assert owner != holder or coin.read("isReferenceUsed(address,bytes32)", holder, reference)
        assert owner != ZERO or coin.read("isReferenceUsed(bytes32)", reference)


def _compare_creator(coin: AskedCoin, model: Model, creator: str) -> None:
    assert coin.read("isMinter", creator) == (creator in model.minters)
    minter, bridge = model.minters.get(creator, 0), model.bridges.get(creator, 0)
    assert coin.read("minterAllowance", creator) == available(minter, model.now)
    assert coin.read("minterLimit", creator) == (*_figures(minter), available(minter, model.now))
    assert coin.read("bridgeLimit", creator) == (*_figures(bridge), available(bridge, model.now))


def _figures(allowed: Allowed) -> tuple[int, int]:
    return (allowed.capacity, allowed.refill) if isinstance(allowed, Limit) else (allowed, 0)
