"""What the model knows, and how coins move in it."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.contracts.machine.limits import Allowed, Limit, kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stablecoin_tools.roles import Role

TRANSFERS, MINTING, REDEMPTION, ALL_SCOPES = 1, 2, 4, 7
UNLIMITED = 2**256 - 1
MAX_SUPPLY = 2**112 - 1
# These two are no people.
ZERO, COIN = "zero", "coin"

Fact = tuple[Any, ...]
"""An event or a refusal: its name and its fields, in the order of the Solidity declaration."""


class Refused(Exception):
    """The coin must refuse: the error's name and its fields."""

    def __init__(self, *fact: Any) -> None:
        super().__init__(*fact)
        self.fact: Fact = fact


@dataclass
class Ledger:
    """All that the coin keeps, by the names of people."""

    now: int
    roles: set[tuple[Role, str]]
    balances: Counter[str] = field(default_factory=Counter)
    supply: int = 0
    allowances: Counter[tuple[str, str]] = field(default_factory=Counter)
    permit_nonces: Counter[str] = field(default_factory=Counter)
    used_nonces: set[tuple[str, bytes]] = field(default_factory=set)
    used_references: set[tuple[str, bytes]] = field(default_factory=set)
    minters: dict[str, Allowed] = field(default_factory=dict)
    bridges: dict[str, Allowed] = field(default_factory=dict)
    blacklisted: set[str] = field(default_factory=set)
    verified: set[str] = field(default_factory=set)
    is_allowlist_only: bool = False
    paused: int = 0
    asked_supply_cap: int = 0
    global_limit: Limit = field(default_factory=lambda: Limit(0, 1))
    feed: str = ZERO
    feed_max_age: int = 0
    attested_tokens_e8: int = 0
    attested_at: int = 0
    said: list[Fact] = field(default_factory=list)

    @property
    def supply_cap(self) -> int:
        return kept(self.asked_supply_cap)

    def all_or_nothing(self, action: Callable[[], None]) -> None:
        """Whoever is refused leaves nothing behind."""
        before = {name: copy.copy(value) for name, value in vars(self).items()}
        try:
            action()
        except Refused:
            vars(self).update(before)
            raise

    def say(self, *fact: Any) -> None:
        self.said.append(fact)

    def only(self, role: Role, by: str) -> None:
        if (role, by) not in self.roles:
            raise Refused("AccessControlUnauthorizedAccount", by, role.identifier)

    def moved(self, source: str, to: str, value: int) -> None:
        self.stopped_if_paused(TRANSFERS)
        self.invalid_receiver(to)
        self.taken(source, value)
        self.given(to, value)
        self.say("Transfer", source, to, value)

    def moved_to_many(self, source: str, to: Iterable[str], values: Iterable[int]) -> None:
        pairs = list(zip(to, values, strict=True))
        self.taken(source, min(sum(value for _, value in pairs), UNLIMITED))
        for receiver, value in pairs:
            self.invalid_receiver(receiver)
            self.given(receiver, value)
            self.say("Transfer", source, receiver, value)

    def created(self, to: str, value: int) -> None:
        self.stopped_if_paused(MINTING)
        self.invalid_receiver(to)
        self.nothing(value)
        if self.supply + value > self.supply_cap:
            raise Refused("SupplyCapExceeded", self.supply_cap, self.supply, value)
        available = self.global_limit.available(self.now)
        if value > available:
            raise Refused("GlobalLimitExceeded", available, value)
        self.given(to, value)
        self.unbacked(self.supply + value)
        self.global_limit = self.global_limit.less(value, self.now)
        self.supply += value
        self.say("Transfer", ZERO, to, value)

    def destroyed(self, source: str, value: int) -> None:
        self.stopped_if_paused(REDEMPTION)
        self.nothing(value)
        self.taken(source, value)
        self.supply -= value
        self.say("Transfer", source, ZERO, value)

    def taken_by_order(self, source: str, value: int) -> None:
        self.nothing(value)
        if source not in self.blacklisted:
            raise Refused("AccountNotBlacklisted", source)
        self.lessened(source, value)

    def taken(self, source: str, value: int) -> None:
        self.unfit(source)
        self.lessened(source, value)

    def lessened(self, source: str, value: int) -> None:
        if self.balances[source] < value:
            raise Refused("ERC20InsufficientBalance", source, self.balances[source], value)
        self.balances[source] -= value

    def given(self, to: str, value: int) -> None:
        self.unfit(to)
        self.balances[to] += value

    def used(self, owner: str, reference: bytes) -> None:
        if (owner, reference) in self.used_references:
            raise Refused("ReferenceUsed", reference)
        self.used_references.add((owner, reference))

    # What refuses:

    def unfit(self, account: str) -> None:
        self.listed(account)
        if self.is_allowlist_only and account not in self.verified:
            raise Refused("AccountNotVerified", account)

    def listed(self, account: str) -> None:
        if account in self.blacklisted:
            raise Refused("AccountBlacklisted", account)

    def stopped_if_paused(self, scope: int) -> None:
        if self.paused & scope:
            raise Refused("ScopePaused", scope)

    def invalid_receiver(self, to: str) -> None:
        if to in (ZERO, COIN):
            raise Refused("ERC20InvalidReceiver", to)

    def nothing(self, value: int) -> None:
        if value == 0:
            raise Refused("ZeroValue")

    def too_great(self, amount: int) -> None:
        if amount > MAX_SUPPLY:
            raise Refused("AmountTooGreat", amount, MAX_SUPPLY)

    def unequal(self, first: list[Any], second: list[Any]) -> None:
        if len(first) != len(second):
            raise Refused("LengthsDiffer", len(first), len(second))

    def stale(self) -> None:
        if self.attested_at > self.now or self.now - self.attested_at > self.feed_max_age:
            raise Refused("ReserveFeedStale", self.attested_at, self.feed_max_age)

    def unbacked(self, supply: int) -> None:
        if self.feed == ZERO:
            return
        self.stale()
        reserve = self.attested()
        if supply > reserve:
            raise Refused("ReserveExceeded", reserve, supply)

    def attested(self) -> int:
        """The reserve in base units: the feed has eight decimals, the coin six."""
        return max(self.attested_tokens_e8, 0) // 100
