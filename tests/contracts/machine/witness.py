"""What must never happen, told from the chain's events and words alone: the model is not asked."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stablecoin_tools.roles import Role
from tests.contracts.machine.ledger import MINTING, REDEMPTION, TRANSFERS, ZERO
from tests.contracts.machine.words import ALLOWLIST_ONLY, BLACKLISTED, SCOPES_OFFSET, VERIFIED

if TYPE_CHECKING:
    from tests.contracts.machine.ledger import Fact
    from tests.contracts.machine.words import Key

SEIZURES = ("seize", "burnBlacklisted")
# Who moves others' coins, or creates them, may not be blacklisted; who submits a signature may.
OPERATING = ("transferFrom", "transferFromWithMemo", "mint", "mintBatch", "crosschainMint", "crosschainBurn")
ROLE_OF = {
    "mint": Role.MINTER_ROLE,
    "burn": Role.BURNER_ROLE,
    "crosschainMint": Role.BRIDGE_ROLE,
    "crosschainBurn": Role.BRIDGE_ROLE,
    "configureMinter": Role.MINTER_ADMIN_ROLE,
    "removeMinter": Role.MINTER_ADMIN_ROLE,
    "configureBridge": Role.MINTER_ADMIN_ROLE,
    "removeBridge": Role.MINTER_ADMIN_ROLE,
    "setSupplyCap": Role.DEFAULT_ADMIN_ROLE,
    "setGlobalLimit": Role.DEFAULT_ADMIN_ROLE,
    "setReserveFeed": Role.DEFAULT_ADMIN_ROLE,
    "setAllowlistOnly": Role.DEFAULT_ADMIN_ROLE,
    "grantRole": Role.DEFAULT_ADMIN_ROLE,
    "revokeRole": Role.DEFAULT_ADMIN_ROLE,
    "blacklist": Role.BLACKLISTER_ROLE,
    "blacklistBatch": Role.BLACKLISTER_ROLE,
    "unBlacklist": Role.UNBLACKLISTER_ROLE,
    "verify": Role.VERIFIER_ROLE,
    "unVerify": Role.VERIFIER_ROLE,
    "seize": Role.SEIZER_ROLE,
    "burnBlacklisted": Role.SEIZER_ROLE,
    "pause": Role.PAUSER_ROLE,
    "unpause": Role.UNPAUSER_ROLE,
}


@dataclass
class Creating:
    """What one minter, one bridge, or all together created since their limit was last set."""

    capacity: int = 0
    refill: int = 0
    created: list[tuple[int, int]] = field(default_factory=list)

    def add(self, now: int, value: int) -> None:
        """Between any two moments, no more came into the world than the capacity and what came back meanwhile."""
        self.created = [*self.created, (now, value)]
        total = 0
        for since, part in reversed(self.created):
            total += part
            assert total <= self.capacity + self.refill * (now - since), self


@dataclass
class Witness:
    """Has seen every event since the coin was set up."""

    roles: set[tuple[bytes, str]]
    words: dict[Key, int] = field(default_factory=dict)
    balances: Counter[str] = field(default_factory=Counter)
    used_once: set[tuple[Any, ...]] = field(default_factory=set)
    creating: dict[tuple[str, ...], Creating] = field(default_factory=dict)
    supply_cap: int = 0

    def see(self, function: str, by: str, now: int, said: list[Fact]) -> None:
        """Watches a call that succeeded; `words` are still those before it."""
        verb = function.partition("(")[0]
        assert verb not in ROLE_OF or (ROLE_OF[verb].identifier, by) in self.roles, f"{by} lacks the role for {verb}"
        for name, *fields in said:
            if name == "Transfer":
                self._moved(verb, by, *fields)
            self._used(verb, name, by, fields)
            self._created(name, now, fields)
            if name == "RoleGranted":
                self.roles.add((fields[0], fields[1]))
            if name == "RoleRevoked":
                self.roles.remove((fields[0], fields[1]))

    def look(self, words: dict[Key, int]) -> None:
        """Compares the words after a call with all that was said."""
        self.words = words
        balances = {key[1]: word % 2**128 for key, word in words.items() if key[0] == "account"}
        assert {name: balance for name, balance in balances.items() if balance} == +self.balances
        assert sum(balances.values()) == words["head",] % 2**112

    def copied(self) -> Witness:
        return copy.deepcopy(self)

    def _moved(self, verb: str, by: str, source: str, to: str, value: int) -> None:
        parties = {source, to} - {ZERO}
        if verb in SEIZURES:
            parties.remove(source)
            assert self._is(source, BLACKLISTED)
        else:
            scope = MINTING if source == ZERO else REDEMPTION if to == ZERO else TRANSFERS
            assert not self.words["head",] >> SCOPES_OFFSET & scope
        if verb in OPERATING:
            assert not self._is(by, BLACKLISTED)
        for party in parties:
            assert not self._is(party, BLACKLISTED)
            assert self._is(party, VERIFIED) or not self.words["head",] & ALLOWLIST_ONLY
        if source == ZERO:
            # By what was said, for a batch creates several times.
            assert sum(self.balances.values()) + value <= self.supply_cap
        else:
            self.balances[source] -= value
        if to != ZERO:
            self.balances[to] += value

    def _is(self, name: str, flag: int) -> bool:
        return bool(self.words["account", name] & flag)

    def _used(self, verb: str, name: str, by: str, fields: list[Any]) -> None:
        used: tuple[Any, ...] | None = None
        if name in ("AuthorizationUsed", "AuthorizationCanceled"):
            used = ("nonce", *fields)
        if name in ("MintedWithReference", "BurnedWithReference"):
            used = ("issuer's", fields[0])
        if name == "Redeemed":
            used = ("holder's", by, fields[-1])
        if used is not None:
            assert used not in self.used_once, f"{used} twice, by {verb}"
            self.used_once.add(used)

    def _created(self, name: str, now: int, fields: list[Any]) -> None:
        match name, fields:
            case "SupplyCapChanged", [cap, _]:
                self.supply_cap = cap
            case "GlobalLimitChanged", [capacity, refill, _]:
                self.creating["all",] = Creating(capacity, refill)
            case "MinterConfigured", [minter, capacity, refill, _]:
                self.creating["minter", minter] = Creating(capacity, refill)
            case "BridgeConfigured", [bridge, capacity, refill, _]:
                self.creating["bridge", bridge] = Creating(capacity, refill)
            case (("MinterRemoved" | "BridgeRemoved"), [creator, _]):
                self.creating.pop((name.removesuffix("Removed").lower(), creator), None)
            case ("Minted", [minter, _, value]) | ("MintedWithReference", [_, minter, _, value]):
                self.creating["minter", minter].add(now, value)
            case "CrosschainMint", [_, value, bridge]:
                self.creating["bridge", bridge].add(now, value)
            case "Transfer", ["zero", _, value]:
                self.creating["all",].add(now, value)
