"""How a step is drawn: mostly so that it can succeed, as the model stands, and often enough so that it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tests.contracts.machine.coin import WALLET
from tests.contracts.machine.holding import Terms
from tests.contracts.machine.ledger import COIN, UNLIMITED, ZERO
from tests.contracts.machine.limits import available
from tests.contracts.machine.signing import FAULTS
from tests.contracts.machine.words import REFERENCE_WORDS
from tests.world import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from stablecoin_tools.roles import Role
    from tests.contracts.machine.model import Model
    from tests.contracts.machine.signing import Pens

T = TypeVar("T")

HOLDERS = ("alice", "bob", "minter", "upgrader", WALLET)
CALLERS = ("alice", "bob", "minter", "upgrader")  # the wallet only ever signs
SIGNERS = ("alice", "bob", "minter", WALLET)
CREATORS = ("minter", "bob", "upgrader")  # minters or bridges, by turns
MILLION = 1_000_000


@dataclass(frozen=True)
class Step:
    """A call to the coin: `verb` is the model's, `function` the coin's. The model may be told less, in `asked`."""

    verb: str
    function: str
    by: str
    arguments: tuple[Any, ...]
    asked: tuple[Any, ...] | None = None

    @property
    def of_the_model(self) -> tuple[Any, ...]:
        return self.arguments if self.asked is None else self.asked


@dataclass(frozen=True)
class Picks:
    """Draws one step, knowing the model and everybody's keys. The same chance draws the same."""

    chance: Random
    model: Model
    pens: Pens

    def one(self, options: Sequence[T]) -> T:
        return self.chance.choice(options)

    def usually(self, percent: int = 85) -> bool:
        return self.chance.randrange(100) < percent

    def one_of(self, likely: Iterable[T], others: Sequence[T], percent: int = 85) -> T:
        """Usually one of the likely, if there are any."""
        wanted = set(likely)
        found = [option for option in others if option in wanted]
        return self.one(found) if found and self.usually(percent) else self.one(others)

    def amount(self, limit: int) -> int:
        """Usually what the limit allows."""
        kind = self.one((*["some"] * 12, "all", "all", "one more", "nothing", "too much"))
        if kind == "some":
            return self.chance.randint(1, max(limit // self.one((1, 3, 1_000)), 1))
        return {"all": limit, "one more": limit + 1, "nothing": 0, "too much": UNLIMITED}[kind] & UNLIMITED

    def payer(self, options: Sequence[str] = CALLERS) -> str:
        """Usually somebody who can pay."""
        return self.one_of((name for name in options if self._is_fit(name) and self.model.balances[name]), options)

    def payee(self) -> str:
        fit = [name for name in HOLDERS if self._is_fit(name)]
        return self.one_of(fit, (*HOLDERS, *HOLDERS, ZERO, COIN), 90)

    def caller(self, role: Role) -> str:
        """Usually somebody with the role."""
        return self.one_of((name for owned, name in self.model.roles if owned is role), PEOPLE)

    def creator(self, role: Role) -> str:
        """Usually somebody with the role who is not blacklisted and may still create something."""
        limits = {**self.model.minters} if role.name == "MINTER_ROLE" else {**self.model.bridges}
        able = (name for name, allowed in limits.items() if available(allowed, self.model.now))
        return self.one_of((name for name in able if name not in self.model.blacklisted), (*CREATORS, "alice"))

    def creation(self, left: int) -> int:
        """Usually what somebody of whose limit this is left can create."""
        limits = left, self.model.supply_cap - self.model.supply, self.model.global_limit.available(self.model.now)
        return self.amount(max(min(limits), 0) if self.usually() else left)

    def memo(self) -> bytes:
        return self.chance.randrange(4).to_bytes(32, "big")

    def once(self, used: set[tuple[str, bytes]], owner: str) -> bytes:
        """Usually 32 bytes that were not used before."""
        gone = {item for user, item in used if user == owner}
        if gone and not self.usually(88):
            return self.one(sorted(gone))
        first = self.one(REFERENCE_WORDS) * 256 + self.chance.randrange(256)
        numbers = (first + offset for offset in range(2**256 - 1 - first))
        fresh = (number.to_bytes(32, "big") for number in numbers)
        return next((item for item in fresh if item not in gone), b"\xff" * 32)

    def reference(self, owner: str = ZERO) -> bytes:
        return self.once(self.model.used_references, owner)

    def fault(self) -> str:
        return "none" if self.usually(80) else self.one(FAULTS)

    def terms(self, to: str | None = None) -> Terms:
        """A payment that somebody may have signed."""
        source, now = self.payer(SIGNERS), self.model.now
        window = self.one(("open", "open", "open", "open", "narrow", "not yet", "expired"))
        after, before = {
            "open": (0, UNLIMITED),
            "narrow": (now - 1, now + 1),
            "not yet": (now, now + 1),
            "expired": (now - 1, now),
        }[window]
        value = self.amount(self.model.balances[source])
        return Terms(source, to or self.payee(), value, after, before, self.once(self.model.used_nonces, source))

    def figures(self) -> tuple[int, int]:
        """A capacity and what comes back each second, usually such as can be kept."""
        capacity = self.one((10 * MILLION, 123_456_789_123, MILLION, 5, 0, 2**112 - 1, 2**112))
        refill = self.one((1_000, 1, 1_048_577, 12_345_678_901, 3, 2**112 - 1, 2**112, 2**255, 0))
        return capacity, refill

    def _is_fit(self, name: str) -> bool:
        model = self.model
        return name not in model.blacklisted and (not model.is_allowlist_only or name in model.verified)
