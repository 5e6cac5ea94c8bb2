"""The model of what the issuer does: `by` calls, the other arguments are the function's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.roles import Role
from tests.contracts.machine.ledger import ALL_SCOPES, MAX_SUPPLY, ZERO, Ledger, Refused
from tests.contracts.machine.limits import MAX_SECONDS_TO_REFILL, Allowed, Limit, available, less

if TYPE_CHECKING:
    from collections.abc import Iterable


class Issuing(Ledger):
    """Creating and destroying coins, and the powers."""

    def mint(self, by: str, to: str, value: int) -> None:
        self._mint_allowance_spent(by, value)
        self.created(to, value)
        self.say("Minted", by, to, value)

    def mint_under(self, by: str, to: str, value: int, ref: bytes) -> None:
        self._mint_allowance_spent(by, value)
        self.used(ZERO, ref)
        self.created(to, value)
        self.say("MintedWithReference", ref, by, to, value)

    def mint_batch(self, by: str, to: list[str], values: list[int], refs: list[bytes]) -> None:
        self.unequal(to, values)
        self.unequal(to, refs)
        for receiver, value, ref in zip(to, values, refs, strict=True):
            self.mint_under(by, receiver, value, ref)

    def burn(self, by: str, value: int) -> None:
        self.only(Role.BURNER_ROLE, by)
        self.destroyed(by, value)
        self.say("Burned", by, value)

    def burn_under(self, by: str, value: int, ref: bytes) -> None:
        self.only(Role.BURNER_ROLE, by)
        self.used(ZERO, ref)
        self.destroyed(by, value)
        self.say("BurnedWithReference", ref, by, value)

    def redeem(self, by: str, value: int, ref: bytes) -> None:
        self.used(by, ref)
        self.destroyed(by, value)
        self.say("Redeemed", by, value, ref)

    def crosschain_mint(self, by: str, to: str, value: int) -> None:
        self.only(Role.BRIDGE_ROLE, by)
        self.listed(by)
        there = available(self.bridges[by], self.now)
        if value > there:
            raise Refused("BridgeAllowanceExceeded", by, there, value)
        self.bridges[by] = less(self.bridges[by], value, self.now)
        self.created(to, value)
        self.say("CrosschainMint", to, value, by)

    def crosschain_burn(self, by: str, source: str, value: int) -> None:
        self.only(Role.BRIDGE_ROLE, by)
        self.listed(by)
        self.destroyed(source, value)
        self.say("CrosschainBurn", source, value, by)

    def configure_minter(self, by: str, minter: str, capacity: int, refill: int = 0) -> None:
        self.only(Role.MINTER_ADMIN_ROLE, by)
        self.too_great(capacity)
        self._granted(Role.MINTER_ROLE, minter, by)
        self.minters[minter] = self._configured(self.minters[minter], capacity, refill)
        self.say("MinterConfigured", minter, *_figures(self.minters[minter]), by)

    def remove_minter(self, by: str, minter: str) -> None:
        self.only(Role.MINTER_ADMIN_ROLE, by)
        self._revoked(Role.MINTER_ROLE, minter, by)

    def configure_bridge(self, by: str, bridge: str, capacity: int, refill: int) -> None:
        self.only(Role.MINTER_ADMIN_ROLE, by)
        self.too_great(capacity)
        self._granted(Role.BRIDGE_ROLE, bridge, by)
        self.bridges[bridge] = self._configured(self.bridges[bridge], capacity, refill)
        self.say("BridgeConfigured", bridge, *_figures(self.bridges[bridge]), by)

    def remove_bridge(self, by: str, bridge: str) -> None:
        self.only(Role.MINTER_ADMIN_ROLE, by)
        self._revoked(Role.BRIDGE_ROLE, bridge, by)

    def set_supply_cap(self, by: str, cap: int) -> None:
        self.only(Role.DEFAULT_ADMIN_ROLE, by)
        self.too_great(cap)
        self.asked_supply_cap = cap
        self.say("SupplyCapChanged", self.supply_cap, by)

    def set_global_limit(self, by: str, capacity: int, refill: int) -> None:
        self.only(Role.DEFAULT_ADMIN_ROLE, by)
        self.too_great(capacity)
        _never_refilling(capacity, refill)
        self.global_limit = self.global_limit.changed(capacity, refill, self.now)
        self.say("GlobalLimitChanged", self.global_limit.capacity, self.global_limit.refill, by)

    def set_reserve_feed(self, by: str, feed: str, max_age: int) -> None:
        self.only(Role.DEFAULT_ADMIN_ROLE, by)
        self.feed, self.feed_max_age = feed, max_age
        if feed != ZERO:
            self.stale()
        self.say("ReserveFeedChanged", feed, max_age, by)

    def blacklist(self, by: str, account: str) -> None:
        self.blacklist_batch(by, [account])

    def blacklist_batch(self, by: str, accounts: Iterable[str]) -> None:
        self.only(Role.BLACKLISTER_ROLE, by)
        for account in accounts:
            if account not in self.blacklisted:
                self.blacklisted.add(account)
                self.say("Blacklisted", account, by)

    def un_blacklist(self, by: str, account: str) -> None:
        self.only(Role.UNBLACKLISTER_ROLE, by)
        if account in self.blacklisted:
            self.blacklisted.remove(account)
            self.say("UnBlacklisted", account, by)

    def verify(self, by: str, account: str) -> None:
        self.only(Role.VERIFIER_ROLE, by)
        if account not in self.verified:
            self.verified.add(account)
            self.say("Verified", account, by)

    def un_verify(self, by: str, account: str) -> None:
        self.only(Role.VERIFIER_ROLE, by)
        if account in self.verified:
            self.verified.remove(account)
            self.say("UnVerified", account, by)

    def set_allowlist_only(self, by: str, is_on: bool) -> None:  # noqa: FBT001  # said by position, as on the chain
        self.only(Role.DEFAULT_ADMIN_ROLE, by)
        self.is_allowlist_only = is_on
        self.say("AllowlistOnlyChanged", is_on, by)

    def seize(self, by: str, source: str, to: str, value: int, order: bytes) -> None:
        self.only(Role.SEIZER_ROLE, by)
        self.invalid_receiver(to)
        self.taken_by_order(source, value)
        self.given(to, value)
        self.say("Transfer", source, to, value)
        self.say("Seized", source, to, value, order, by)

    def burn_blacklisted(self, by: str, source: str, value: int, order: bytes) -> None:
        self.only(Role.SEIZER_ROLE, by)
        self.taken_by_order(source, value)
        self.supply -= value
        self.say("Transfer", source, ZERO, value)
        self.say("BlacklistedBurned", source, value, order, by)

    def pause(self, by: str, scopes: int = ALL_SCOPES) -> None:
        self.only(Role.PAUSER_ROLE, by)
        _unknown(scopes)
        self.paused |= scopes
        self.say("Paused", scopes, by)

    def unpause(self, by: str, scopes: int = ALL_SCOPES) -> None:
        self.only(Role.UNPAUSER_ROLE, by)
        _unknown(scopes)
        self.paused &= ~scopes
        self.say("Unpaused", scopes, by)

    def grant_role(self, by: str, role: bytes, account: str) -> None:
        named = self._of_the_admin(role, by)
        self._granted(named, account, by)

    def revoke_role(self, by: str, role: bytes, account: str) -> None:
        named = self._of_the_admin(role, by)
        self._revoked(named, account, by)

    def renounce_role(self, by: str, role: bytes, confirmed: str) -> None:
        named = _named(role)
        if named is Role.DEFAULT_ADMIN_ROLE and (named, confirmed) in self.roles:
            raise Refused("AccessControlEnforcedDefaultAdminDelay", 0)
        if confirmed != by:
            raise Refused("AccessControlBadConfirmation")
        self._revoked(named, by, by)

    def _of_the_admin(self, role: bytes, by: str) -> Role:
        if _named(role) is Role.DEFAULT_ADMIN_ROLE:
            raise Refused("AccessControlEnforcedDefaultAdminRules")
        self.only(Role.DEFAULT_ADMIN_ROLE, by)
        return _named(role)

    def _granted(self, role: Role, account: str, by: str) -> None:
        if (role, account) in self.roles:
            return
        self.roles.add((role, account))
        self.say("RoleGranted", role.identifier, account, by)
        if role is Role.MINTER_ROLE:
            self.minters[account] = 0
        if role is Role.BRIDGE_ROLE:
            self.bridges[account] = 0

    def _revoked(self, role: Role, account: str, by: str) -> None:
        if (role, account) not in self.roles:
            return
        self.roles.remove((role, account))
        self.say("RoleRevoked", role.identifier, account, by)
        if role is Role.MINTER_ROLE:
            del self.minters[account]
            self.say("MinterRemoved", account, by)
        if role is Role.BRIDGE_ROLE:
            del self.bridges[account]
            self.say("BridgeRemoved", account, by)

    def _configured(self, before: Allowed, capacity: int, refill: int) -> Allowed:
        if refill == 0:
            return capacity
        _never_refilling(capacity, refill)
        limit = before if isinstance(before, Limit) else Limit(0, 1)
        return limit.changed(capacity, refill, self.now)

    def _mint_allowance_spent(self, by: str, value: int) -> None:
        self.only(Role.MINTER_ROLE, by)
        self.listed(by)
        there = available(self.minters[by], self.now)
        if value > there:
            raise Refused("MintAllowanceExceeded", by, there, value)
        self.minters[by] = less(self.minters[by], value, self.now)


def _figures(allowed: Allowed) -> tuple[int, int]:
    return (allowed, 0) if isinstance(allowed, int) else (allowed.capacity, allowed.refill)


def _never_refilling(capacity: int, refill: int) -> None:
    if not 0 < refill <= MAX_SUPPLY or capacity // refill >= MAX_SECONDS_TO_REFILL:
        raise Refused("InvalidLimit", capacity, refill)


def _unknown(scopes: int) -> None:
    if not 1 <= scopes <= ALL_SCOPES:
        raise Refused("InvalidPauseScopes", scopes)


def _named(role: bytes) -> Role:
    return Role[Role.named(role)]
