"""What the issuer's people try: one function for each of theirs, drawing a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.roles import Role
from tests.contracts.machine.coin import FEED
from tests.contracts.machine.ledger import COIN, ZERO
from tests.contracts.machine.limits import available
from tests.contracts.machine.picks import CREATORS, HOLDERS, MILLION, Step
from tests.world import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contracts.machine.picks import Picks

_ACCOUNTS = (*HOLDERS, *HOLDERS, COIN)
# Roles that come and go; the admin's is tried too, and never does.
_CHANGING = tuple(role for role in Role if role not in (Role.UPGRADER_ROLE, Role.RESCUER_ROLE))


def mint(pick: Picks) -> Step:
    by = pick.creator(Role.MINTER_ROLE)
    return Step("mint", "mint(address,uint256)", by, (pick.payee(), pick.creation(_mintable(pick, by))))


def mint_under(pick: Picks) -> Step:
    by = pick.creator(Role.MINTER_ROLE)
    arguments = pick.payee(), pick.creation(_mintable(pick, by)), pick.reference()
    return Step("mint_under", "mint(address,uint256,bytes32)", by, arguments)


def mint_batch(pick: Picks) -> Step:
    by = pick.creator(Role.MINTER_ROLE)
    to = [pick.payee() for _ in range(pick.one((2, 1, 3, 0)))]
    values = [pick.creation(_mintable(pick, by) // 3) for _ in to]
    refs = [pick.reference() for _ in to]
    if not pick.usually(95):
        values, refs = (values, [*refs, bytes(32)]) if pick.usually(50) else ([*values, 1], refs)
    return Step("mint_batch", "mintBatch", by, (to, values, refs))


def burn(pick: Picks) -> Step:
    by = pick.caller(Role.BURNER_ROLE)
    return Step("burn", "burn(uint256)", by, (pick.amount(pick.model.balances[by]),))


def burn_under(pick: Picks) -> Step:
    by = pick.caller(Role.BURNER_ROLE)
    return Step("burn_under", "burn(uint256,bytes32)", by, (pick.amount(pick.model.balances[by]), pick.reference()))


def crosschain_mint(pick: Picks) -> Step:
    by = pick.creator(Role.BRIDGE_ROLE)
    left = available(pick.model.bridges.get(by, 0), pick.model.now)
    return Step("crosschain_mint", "crosschainMint", by, (pick.payee(), pick.creation(left)))


def crosschain_burn(pick: Picks) -> Step:
    source = pick.payer(HOLDERS)
    arguments = source, pick.amount(pick.model.balances[source])
    return Step("crosschain_burn", "crosschainBurn", pick.caller(Role.BRIDGE_ROLE), arguments)


def configure_minter(pick: Picks) -> Step:
    by, capacity = pick.caller(Role.MINTER_ADMIN_ROLE), pick.figures()[0]
    return Step("configure_minter", "configureMinter(address,uint256)", by, (pick.one(CREATORS), capacity))


def configure_refilling_minter(pick: Picks) -> Step:
    by, figures = pick.caller(Role.MINTER_ADMIN_ROLE), pick.figures()
    return Step("configure_minter", "configureMinter(address,uint256,uint256)", by, (pick.one(CREATORS), *figures))


def remove_minter(pick: Picks) -> Step:
    minter = pick.one_of(pick.model.minters, CREATORS)
    return Step("remove_minter", "removeMinter", pick.caller(Role.MINTER_ADMIN_ROLE), (minter,))


def configure_bridge(pick: Picks) -> Step:
    by, figures = pick.caller(Role.MINTER_ADMIN_ROLE), pick.figures()
    return Step("configure_bridge", "configureBridge", by, (pick.one(("upgrader", *CREATORS)), *figures))


def remove_bridge(pick: Picks) -> Step:
    bridge = pick.one_of(pick.model.bridges, CREATORS)
    return Step("remove_bridge", "removeBridge", pick.caller(Role.MINTER_ADMIN_ROLE), (bridge,))


def set_supply_cap(pick: Picks) -> Step:
    supply = pick.model.supply
    cap = pick.one((10**13 + 7, 2**112 - 1, supply + MILLION, supply, supply // 2, 2**112))
    return Step("set_supply_cap", "setSupplyCap", pick.caller(Role.DEFAULT_ADMIN_ROLE), (cap,))


def set_global_limit(pick: Picks) -> Step:
    by, figures = pick.caller(Role.DEFAULT_ADMIN_ROLE), pick.figures()
    return Step("set_global_limit", "setGlobalLimit", by, figures if pick.usually(60) else (10**12, 10**6))


def set_reserve_feed(pick: Picks) -> Step:
    arguments = pick.one((ZERO, FEED)), pick.one((3_600, 2**48 - 1, 5, 0))
    return Step("set_reserve_feed", "setReserveFeed", pick.caller(Role.DEFAULT_ADMIN_ROLE), arguments)


def blacklist(pick: Picks) -> Step:
    return Step("blacklist", "blacklist", pick.caller(Role.BLACKLISTER_ROLE), (pick.one(_ACCOUNTS),))


def blacklist_batch(pick: Picks) -> Step:
    accounts = [pick.one(_ACCOUNTS) for _ in range(pick.one((1, 2, 0)))]
    return Step("blacklist_batch", "blacklistBatch", pick.caller(Role.BLACKLISTER_ROLE), (accounts,))


def un_blacklist(pick: Picks) -> Step:
    account = pick.one_of(pick.model.blacklisted, _ACCOUNTS, 95)
    return Step("un_blacklist", "unBlacklist", pick.caller(Role.UNBLACKLISTER_ROLE), (account,))


def verify(pick: Picks) -> Step:
    return Step("verify", "verify", pick.caller(Role.VERIFIER_ROLE), (pick.one(_ACCOUNTS),))


def un_verify(pick: Picks) -> Step:
    return Step("un_verify", "unVerify", pick.caller(Role.VERIFIER_ROLE), (pick.one(_ACCOUNTS),))


def set_allowlist_only(pick: Picks) -> Step:
    is_on = not pick.usually(90) if pick.model.is_allowlist_only else pick.usually(50)
    return Step("set_allowlist_only", "setAllowlistOnly", pick.caller(Role.DEFAULT_ADMIN_ROLE), (is_on,))


def seize(pick: Picks) -> Step:
    source = _blacklisted_holder(pick)
    arguments = source, pick.payee(), pick.amount(pick.model.balances[source]), pick.memo()
    return Step("seize", "seize", pick.caller(Role.SEIZER_ROLE), arguments)


def burn_blacklisted(pick: Picks) -> Step:
    source = _blacklisted_holder(pick)
    arguments = source, pick.amount(pick.model.balances[source]), pick.memo()
    return Step("burn_blacklisted", "burnBlacklisted", pick.caller(Role.SEIZER_ROLE), arguments)


def pause(pick: Picks) -> Step:
    by = pick.caller(Role.PAUSER_ROLE)
    return Step("pause", "pause(uint256)", by, (pick.one((1, 2, 4, 3, 6, 7, 0, 8, 2**255 + 1)),))


def pause_all(pick: Picks) -> Step:
    return Step("pause", "pause()", pick.caller(Role.PAUSER_ROLE), ())


def unpause(pick: Picks) -> Step:
    by = pick.caller(Role.UNPAUSER_ROLE)
    scopes = pick.model.paused if pick.model.paused and pick.usually() else pick.one((1, 2, 4, 7, 0, 8))
    return Step("unpause", "unpause(uint256)", by, (scopes,))


def unpause_all(pick: Picks) -> Step:
    return Step("unpause", "unpause()", pick.caller(Role.UNPAUSER_ROLE), ())


def grant_role(pick: Picks) -> Step:
    bare = [role for role in _CHANGING if not any(owned is role for owned, _ in pick.model.roles)]
    role = pick.one_of(bare, _CHANGING, 90)
    return Step("grant_role", "grantRole", pick.caller(Role.DEFAULT_ADMIN_ROLE), (role.identifier, pick.one(PEOPLE)))


def revoke_role(pick: Picks) -> Step:
    role = pick.one(_CHANGING)
    account = pick.caller(role)
    return Step("revoke_role", "revokeRole", pick.caller(Role.DEFAULT_ADMIN_ROLE), (role.identifier, account))


def renounce_role(pick: Picks) -> Step:
    role = pick.one(_CHANGING)
    by = pick.caller(role)
    return Step("renounce_role", "renounceRole", by, (role.identifier, by if pick.usually() else pick.one(PEOPLE)))


def _mintable(pick: Picks, by: str) -> int:
    return available(pick.model.minters.get(by, 0), pick.model.now)


def _blacklisted_holder(pick: Picks) -> str:
    listed = pick.model.blacklisted
    return pick.one_of((name for name in HOLDERS if name in listed and pick.model.balances[name]), HOLDERS, 90)


# How often each is tried.
WEIGHTS: dict[Callable[[Picks], Step], int] = {
    mint: 4,
    mint_under: 4,
    mint_batch: 3,
    burn: 2,
    burn_under: 2,
    crosschain_mint: 3,
    crosschain_burn: 2,
    configure_minter: 2,
    configure_refilling_minter: 3,
    remove_minter: 1,
    configure_bridge: 2,
    remove_bridge: 1,
    set_supply_cap: 2,
    set_global_limit: 2,
    set_reserve_feed: 1,
    blacklist: 2,
    blacklist_batch: 1,
    un_blacklist: 4,
    verify: 4,
    un_verify: 1,
    set_allowlist_only: 1,
    seize: 3,
    burn_blacklisted: 3,
    pause: 1,
    pause_all: 1,
    unpause: 3,
    unpause_all: 2,
    grant_role: 3,
    revoke_role: 1,
    renounce_role: 1,
}
